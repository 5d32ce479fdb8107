/**
 * Who is to be woken next, of many: a binary heap by time. Asking each of some hundred clients, some
 * ten thousand times a second, would take more time than there is.
 */

/** Sleepers with the moments at which they want to be woken; each is in it once at most. */
export class WakeQueue<T> {
  readonly #heap: { sleeper: T; atMs: number }[] = [];
  readonly #places = new Map<T, number>();

  /** The earliest moment; Infinity when nobody wants to be woken. */
  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** Says when to wake a sleeper, in place of what was said before; Infinity is never. */
  set(sleeper: T, atMs: number): void {
    const place = this.#places.get(sleeper);
    if (place === undefined) {
      if (atMs === Infinity) return;
      this.#heap.push({ sleeper, atMs });
      this.#places.set(sleeper, this.#heap.length - 1);
      this.#rise(this.#heap.length - 1);
    } else if (atMs === Infinity) this.#remove(place);
    else this.#move(place, atMs);
  }

  /** Takes out a sleeper whose moment has come; null when there is none. */
  take(nowMs: number): T | null {
    const [first] = this.#heap;
    if (first === undefined || first.atMs > nowMs) return null;
    this.#remove(0);
    return first.sleeper;
  }

  #move(place: number, atMs: number): void {
    const entry = this.#heap[place];
    if (entry === undefined) return;
    const isEarlier = atMs < entry.atMs;
    entry.atMs = atMs;
    if (isEarlier) this.#rise(place);
    else this.#sink(place);
  }

  #remove(place: number): void {
    const [removed, last] = [this.#heap[place], this.#heap.pop()];
    if (removed === undefined || last === undefined) return;
    this.#places.delete(removed.sleeper);
    if (last === removed) return;
    this.#heap[place] = last;
    this.#places.set(last.sleeper, place);
    this.#rise(place);
    this.#sink(place);
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#at(parent) <= this.#at(place)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(from: number): void {
    let place = from;
    while (true) {
      const left = 2 * place + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(place) <= this.#at(child)) return;
      this.#swap(place, child);
      place = child;
    }
  }

  /** Beyond the end everything is later than anything. */
  #at(place: number): number {
    return this.#heap[place]?.atMs ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
    this.#places.set(first.sleeper, b);
    this.#places.set(second.sleeper, a);
  }
}
