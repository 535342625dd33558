/** Behaves as its argument says: serve (answers /readyz), idle, die (at once), or deaf (serves, ignores SIGTERM). */
import { createServer } from "node:http";

const behaviour = process.argv[2];
if (behaviour === "die") process.exit(3);

process.on("SIGTERM", () => behaviour === "deaf" || process.exit(0));
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
setInterval(() => {}, 1000);

if (behaviour === "serve" || behaviour === "deaf") {
  createServer((_, response) => response.end()).listen(Number(process.env.PORT), process.env.HOST);
}
