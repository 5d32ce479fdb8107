/** Items by age: the oldest is at hand, and any item can be removed or made the newest, at once. */

/** The place of an item in its list. */
export interface AgeLink<T> {
  readonly item: T;
  older: AgeLink<T> | null;
  newer: AgeLink<T> | null;
}

/** A doubly linked list, from the oldest to the newest item. */
export class AgeList<T> {
  #oldest: AgeLink<T> | null = null;
  #newest: AgeLink<T> | null = null;

  /** The item that was added or renewed longest ago; null when the list is empty. */
  get oldest(): T | null {
    return this.#oldest === null ? null : this.#oldest.item;
  }

  /** Adds an item as the newest. */
  add(item: T): AgeLink<T> {
    const link: AgeLink<T> = { item, older: null, newer: null };
    this.#append(link);
    return link;
  }

  /** Makes an item the newest. */
  renew(link: AgeLink<T>): void {
    if (link === this.#newest) return;
    this.remove(link);
    this.#append(link);
  }

  /** Takes an item out of the list it is in. */
  remove(link: AgeLink<T>): void {
    const { older, newer } = link;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
    link.older = null;
    link.newer = null;
  }

  #append(link: AgeLink<T>): void {
    link.older = this.#newest;
    if (this.#newest === null) this.#oldest = link;
    else this.#newest.newer = link;
    this.#newest = link;
  }
}
