import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";

/** What Express costs by itself: one route, an empty object, nothing in front of it. Tells its port to the parent. */
const app = express();
app.get("/", (_req, res) => {
  res.json({});
});
const server = createServer(app).listen(0, "127.0.0.1");
await once(server, "listening");
process.send!((server.address() as { port: number }).port);
process.once("disconnect", () => process.exit(0));
