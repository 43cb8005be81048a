/** One contender in a process of its own: answers for the comparison, and times itself when its turn comes. */

import { FIGURES } from "./figures.mjs";
import { median } from "../measure.mjs";
import { Unable } from "./unable.mjs";

const AsyncFunction = (async () => {}).constructor;
const [contender, figureName] = process.argv.slice(2);
const figure = FIGURES[figureName];
let entry;
let it;
let count;
let collect;

process.on("message", async (message) => {
  try {
    process.send(await replies[message.kind](message));
  } catch (error) {
    // A stack says where; the parent stops everything.
    process.send({ error: error.stack ?? String(error) });
  }
});

async function introduce() {
  try {
    const module = await import(`./${contender.split("/")[0]}.mjs`);
    entry = module.default[contender][figureName];
    const started = performance.now();
    it = await entry.setup();
    const setup = performance.now() - started;
    // One loop for each question, made by text, so that no loop's call site learns of two shapes.
    const names = ["it", "n", ...entry.columns];
    const Kind = entry.call.includes("await ") ? AsyncFunction : Function;
    count = new Kind(...names, `let yes = 0; for (let i = 0; i < n; i++) if (${entry.call}) yes++; return yes;`);
    collect = new Kind(...names, `const all = []; for (let i = 0; i < n; i++) all.push(${entry.call}); return all;`);
    if (entry.filter !== undefined) {
      count = new Kind(...names, `return (${entry.filter}).length;`);
    }
    return { ready: true, setup };
  } catch (error) {
    return error instanceof Unable ? { unable: error.message } : { error: error.stack ?? String(error) };
  }
}

/** Turns of one round: the first brings the caches of the processor back, which another process has just used. */
const TURNS = 7;

/** The columns of the questions, made anew: see `anew` in measure.mjs. */
async function prepared(round) {
  const questions = figure.questions(round);
  await entry.before?.(it);
  return [it, questions.length, ...(await entry.prepare(questions, it))];
}

const replies = {
  /** What is answered, question by question. */
  async answers({ round }) {
    const answers = await collect(...(await prepared(`compared-${round}`)));
    if (answers.some((answer) => typeof answer !== "boolean")) throw new Error("an answer is no boolean");
    const all = { answers: answers.map(Number).join("") };
    // A list's filter is another way to the answers; its length is compared as well.
    if (entry.filter !== undefined) all.kept = await count(...(await prepared(`kept-${round}`)));
    return all;
  },
  /** One timed round: nanoseconds a question, or of the whole list. */
  async time({ round }) {
    const times = [];
    for (let turn = 0; turn < (entry.slow ? 1 : TURNS); turn++) {
      const args = await prepared(`${round}-${turn}`);
      // The process's own time: on a machine that does other things too, the clock on the wall measures those.
      const start = process.cpuUsage();
      const yes = await count(...args);
      const { user, system } = process.cpuUsage(start);
      if (!(yes > 0)) throw new Error("nothing is allowed");
      if (turn > 0 || entry.slow) times.push(((user + system) * 1_000) / (figure.whole ? 1 : args[1]));
    }
    return { time: median(times) };
  },
};

process.send(await introduce());
