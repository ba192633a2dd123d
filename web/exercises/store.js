// Keeps a student's work in the browser. A tab writes only over what it has seen, so that two tabs never lose
// each other's work; what gives way to something else is set aside, not deleted.
/* global indexedDB, IDBKeyRange, crypto */
/* exported Store */

const ASIDE = "/aside/";

/** Wait for a request of the database. */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The work on one assignment: {notebook, revision, saved}. */
class Store {
  constructor(assignment) {
    this.key = assignment;
    this.tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.revision = 0;
  }

  /** Open the database and see that it keeps things; throws where it does not. */
  async open() {
    const request = indexedDB.open("bayes-to-lenet5-exercises", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("work");
    this.database = await done(request);
    const probe = `${this.key}/probe`;
    await done(this.begin("readwrite").put(this.tab, probe));
    if (await done(this.begin("readonly").get(probe)) === undefined) throw new Error("nothing is kept");
  }

  begin(mode) {
    return this.database.transaction("work", mode).objectStore("work");
  }

  /** What is kept, or undefined; from then on this tab may write over it. */
  async load() {
    const kept = await done(this.begin("readonly").get(this.key));
    this.revision = kept?.revision ?? 0;
    return kept;
  }

  /** Whether another tab has written since. */
  async isOld() {
    const kept = await done(this.begin("readonly").get(this.key));
    return (kept?.revision ?? 0) !== this.revision;
  }

  /** Keep a notebook. Returns false where another tab was first: then it is set aside. */
  async save(notebook) {
    const work = this.begin("readwrite");
    const kept = await done(work.get(this.key));
    const saved = Date.now();
    if ((kept?.revision ?? 0) !== this.revision) {
      await done(work.put({ notebook, saved }, `${this.key}${ASIDE}tab ${this.tab}`));
      return false;
    }
    await done(work.put({ notebook, saved, revision: this.revision + 1 }, this.key));
    this.revision += 1;
    return true;
  }

  /** Set aside what is kept and keep this notebook in its place, whoever wrote what is there. */
  async replace(notebook) {
    const work = this.begin("readwrite");
    const kept = await done(work.get(this.key));
    if (kept) await done(work.put(kept, `${this.key}${ASIDE}${kept.saved}`));
    const revision = (kept?.revision ?? 0) + 1;
    await done(work.put({ notebook, saved: Date.now(), revision }, this.key));
    await done(work.delete(`${this.key}${ASIDE}tab ${this.tab}`));
    this.revision = revision;
  }

  /** All that was set aside, the newest first: [{key, notebook, saved}]. */
  async aside() {
    const range = IDBKeyRange.bound(this.key + ASIDE, `${this.key}${ASIDE}\uffff`);
    const work = this.begin("readonly");
    const [keys, values] = await Promise.all([done(work.getAllKeys(range)), done(work.getAll(range))]);
    return values.map((value, i) => ({ key: keys[i], ...value })).sort((a, b) => b.saved - a.saved);
  }

  forget(key) {
    return done(this.begin("readwrite").delete(key));
  }
}
