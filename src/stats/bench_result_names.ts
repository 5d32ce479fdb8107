/** How result files name the fields of `bench_data.ts`: in snake_case, as all JSON of the program. */

/** A field's name in files: `start_micros` for `startMicros`. */
export function nameInFile(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Plain data with its fields named as in files. */
export function namedForFile(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(namedForFile);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(fields.map(([name, field]) => [nameInFile(name), namedForFile(field)]));
}
