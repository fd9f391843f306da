// Starts the Cosmos DB server on a free port, prints `listening PORT`, and stops when its input closes.
// Where this server differs from Cosmos DB, it is corrected here, so that the adapter is written for the real one.
"use strict";

const LIB = "@vercel/cosmosdb-server/lib";

// A point read of a missing item, or in another partition, answers 404; this server fails on it with 500.
const readDocument = require(`${LIB}/handler/read-document`);
const read = readDocument.default;
readDocument.default = (account, req, res, params) => {
  const collection = account.database(params.dbId).collection(params.collId);
  const [partition] = JSON.parse(req.headers["x-ms-documentdb-partitionkey"] || "[]");
  if (collection.read() && !collection.document(params.docId, partition).read()) {
    res.statusCode = 404;
    return { code: "NotFound", message: "Entity with the specified id does not exist in the system." };
  }
  return read(account, req, res, params);
};

// The account names its endpoints with the scheme that they answer to.
const Account = require(`${LIB}/account`).default;
const readAccount = Account.prototype.read;
Account.prototype.read = function readOverHttp() {
  return JSON.parse(JSON.stringify(readAccount.call(this)).replaceAll("https://", "http://"));
};

// A composite index also serves the opposite direction of all its paths.
const helpers = require("@zeit/cosmosdb-query/lib/helpers");
const { sort } = helpers;
const opposite = { ascending: "descending", descending: "ascending" };
helpers.sort = (items, ridOf, indexes, ...orders) => {
  const both = indexes?.flatMap((index) => [index, index.map((path) => ({ ...path, order: opposite[path.order] }))]);
  return sort(items, ridOf, both, ...orders);
};

// Its failures belong to the answers that carry them; the server repeats them on the console.
console.error = () => {};

const { createHttpServer } = require(LIB);
const server = createHttpServer({ keepAlive: true });
server.listen(Number(process.argv[2] || 0), "127.0.0.1", () => {
  console.log(`listening ${server.address().port}`);
});
process.stdin.resume().on("end", () => process.exit(0));
