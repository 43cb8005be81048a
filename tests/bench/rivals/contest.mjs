/** A figure measured: each contender in a process of its own, compared first, then asked in turn, round by round. */

import { fork } from "node:child_process";
import { FIGURES } from "./figures.mjs";
import { statistics } from "./statistics.mjs";

const CHILD = new URL("child.mjs", import.meta.url);
const ROUNDS = { rounds: 30, warmup: 10 };
/** Lists of questions that are compared; one where a list is long. */
const COMPARED = 3;

/** Measures one figure; contenders that cannot answer it yet are in `unable`, with the reason. */
export async function contest(name, contenders) {
  const figure = FIGURES[name];
  const all = await Promise.all(Object.entries(contenders).map(([id, options]) => start(id, name, options)));
  try {
    const able = all.filter(({ unable }) => unable === undefined);
    await compare(name, able);
    const { rounds, warmup } = figure.rounds ?? ROUNDS;
    for (let round = 0; round < rounds + warmup; round++) {
      // The first of a round pays for what the one before left behind, so each is first in turn.
      for (let turn = 0; turn < able.length; turn++) {
        const each = able[(turn + round) % able.length];
        const { time } = await each.ask({ kind: "time", round });
        if (round >= warmup) each.times.push(time);
      }
    }
    return {
      figures: Object.fromEntries(able.map(({ id, times }) => [id, statistics(times)])),
      unable: Object.fromEntries(all.filter(({ unable }) => unable).map(({ id, unable }) => [id, unable])),
      rounds,
    };
  } finally {
    for (const { process } of all) process.kill();
  }
}

/** All of them give the same answers to the same questions, or nothing is measured. */
async function compare(name, able) {
  for (let round = 0; round < (FIGURES[name].whole ? 1 : COMPARED); round++) {
    const questions = FIGURES[name].questions(`compared-${round}`);
    let first;
    for (const each of able) {
      const { answers, kept } = await each.ask({ kind: "answers", round });
      first ??= { id: each.id, answers };
      if (answers.length !== questions.length) throw new Error(`${each.id} answered ${answers.length} questions`);
      for (const [index, question] of questions.entries()) {
        if (answers[index] === first.answers[index]) continue;
        const said = (contender, list) => `${contender} says ${list[index] === "1" ? "allow" : "deny"}`;
        throw new Error(`${name}: ${said(first.id, first.answers)}, ${said(each.id, answers)}: ${JSON.stringify(question)}`);
      }
      const allowed = [...answers].filter((answer) => answer === "1").length;
      if (kept !== undefined && kept !== allowed) throw new Error(`${each.id}: filter kept ${kept}, not ${allowed}`);
    }
  }
}

async function start(id, figure, { flags = [] } = {}) {
  const process = fork(CHILD, [id, figure], { execArgv: ["--expose-gc", ...flags], serialization: "advanced" });
  let settle;
  let ended;
  const next = () =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      if (ended !== undefined) reject(ended);
    });
  process.on("message", (reply) => {
    if (reply.error === undefined) settle?.resolve(reply);
    else settle?.reject(new Error(`${id}, ${figure}: ${reply.error}`));
  });
  process.on("exit", (code, signal) => {
    ended = new Error(`${id}, ${figure}: its process ended (${signal ?? code})`);
    settle?.reject(ended);
  });
  const { unable } = await next();
  const ask = (message) => {
    const reply = next();
    process.send(message);
    return reply;
  };
  return { id, process, unable, ask, times: [] };
}
