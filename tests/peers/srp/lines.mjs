// Lines in, and JSON out.

import { createInterface } from "node:readline";

/** The first line that comes. */
export async function readLine() {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  throw new Error("no line");
}

export function tell(what) {
  console.log(JSON.stringify(what));
}
