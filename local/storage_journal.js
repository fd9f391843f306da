/**
 * Keeps the changes that Azurite, the storage emulator, has acknowledged when its process is killed.
 *
 * Azurite's index is a LokiJS database in memory, all of which is saved every five seconds. This file, loaded with
 * `node --require`, appends each change of the index to a journal beside the database file before the request is
 * answered, and repeats the journal's changes when the database is loaded. A saved database replaces its journal.
 */
'use strict';

const fs = require('node:fs');
const Loki = require('lokijs');

class Journal {
  constructor(file) {
    this.current = `${file}.journal`;
    this.saving = `${file}.journal-saving`; // of the database that is being saved
    this.handle = null;
    this.failed = false;
  }

  /** Append a change. Without space on the disk, the index is only saved every five seconds. */
  append(change) {
    try {
      if (this.handle === null) this.open();
      fs.writeSync(this.handle, `${JSON.stringify(change)}\n`);
    } catch (error) {
      this.close();
      if (!this.failed) console.error(`Couldn't write ${this.current}: ${error.message}`);
      this.failed = true;
    }
  }

  /** Start a new line, because a kill or a full disk can have cut off the last one. */
  open() {
    this.handle = fs.openSync(this.current, 'a', 0o600);
    fs.writeSync(this.handle, '\n');
  }

  close() {
    const { handle } = this;
    this.handle = null;
    if (handle !== null) fs.closeSync(handle);
  }

  /** All changes so far are part of the database that is saved next. Throws an error on a full disk. */
  startSave() {
    this.close();
    if (!fs.existsSync(this.current)) return;
    if (!fs.existsSync(this.saving)) {
      fs.renameSync(this.current, this.saving);
      return;
    }
    // A save that failed has left its journal.
    const { size } = fs.statSync(this.saving);
    try {
      fs.appendFileSync(this.saving, fs.readFileSync(this.current));
    } catch (error) {
      fs.truncateSync(this.saving, size);
      throw error;
    }
    fs.rmSync(this.current);
  }

  endSave() {
    fs.rmSync(this.saving, { force: true });
  }

  /** The changes since the database was saved, and possibly earlier ones, in order. */
  *changes() {
    for (const file of [this.saving, this.current]) {
      if (!fs.existsSync(file)) continue;
      for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
        try {
          if (line !== '') yield JSON.parse(line);
        } catch {
          // The kill cut off this line, and its request wasn't answered.
        }
      }
    }
  }
}

const journals = new WeakMap();
const watched = new WeakSet();

function journalOf(database) {
  if (!journals.has(database)) journals.set(database, new Journal(database.filename));
  return journals.get(database);
}

function watch(database, collection) {
  if (watched.has(collection) || database.options.persistenceMethod !== 'fs') return;
  watched.add(collection);
  const journal = journalOf(database);
  const put = (found) => [found].flat().forEach((document) => journal.append({ in: collection.name, put: document }));
  collection.on('insert', put);
  collection.on('update', put);
  collection.on('delete', ({ $loki }) => journal.append({ in: collection.name, delete: $loki }));
}

/** Repeat the changes of the journal. Changes that the database already has make no difference. */
function repeat(database) {
  const changed = new Map();
  for (const { in: name, put, delete: deleted } of journalOf(database).changes()) {
    const collection = database.collections.find((one) => one.name === name);
    if (collection === undefined) continue;
    if (!changed.has(collection)) changed.set(collection, new Map(collection.data.map((one) => [one.$loki, one])));
    if (put === undefined) changed.get(collection).delete(deleted);
    else changed.get(collection).set(put.$loki, put);
    collection.maxId = Math.max(collection.maxId, put?.$loki ?? deleted);
  }
  for (const [collection, documents] of changed) {
    collection.data = [...documents.values()].sort((one, other) => one.$loki - other.$loki);
    collection.idIndex = null;
    collection.ensureId();
    collection.ensureAllIndexes(true);
    collection.uniqueNames.forEach((field) => collection.ensureUniqueIndex(field));
    collection.dirty = true;
  }
}

const { addCollection, loadDatabaseInternal, saveDatabaseInternal } = Loki.prototype;

Loki.prototype.addCollection = function (name, options) {
  const collection = addCollection.call(this, name, options);
  watch(this, collection);
  return collection;
};

Loki.prototype.loadDatabaseInternal = function (options, callback) {
  loadDatabaseInternal.call(this, options, (error) => {
    if (!error) repeat(this);
    callback?.(error);
  });
};

Loki.prototype.saveDatabaseInternal = function (callback) {
  const journal = journalOf(this);
  try {
    journal.startSave();
  } catch (error) {
    callback?.(error); // as for a database that can't be saved; the next autosave tries again
    return;
  }
  saveDatabaseInternal.call(this, (error) => {
    if (!error) journal.endSave();
    callback?.(error);
  });
};
