/** The figures: which questions are asked, how often, and what bar the answer is held against. */

import * as world from "./world.mjs";

/** `questions(salt)` are asked, all new for a new salt or the same again; `bar` is the most of the unit, or of times the floor. */
export const FIGURES = {
  repeated: {
    title: "Repeated `can`, strings built anew each time",
    questions: once(() => world.signs()),
    unit: "ns",
    bar: { times: 2.5 },
  },
  first: {
    title: "First `can` on a new resource",
    questions: (salt) => world.signs(`${salt}-`),
    unit: "ns",
    bar: { most: 250 },
  },
  condition: {
    title: "Conditional `can`: a cost below a threshold",
    questions: once(() => world.orders()),
    unit: "ns",
    bar: { most: 300 },
  },
  list: {
    title: "25,000 resources filtered, seen before",
    questions: once(() => world.list()),
    unit: "ms",
    bar: { most: 2 },
    rounds: { rounds: 5, warmup: 2 },
    whole: true,
  },
  listNew: {
    title: "25,000 resources filtered, all new",
    questions: (salt) => world.list(`${salt}-`),
    unit: "ms",
    bar: { most: 2 },
    rounds: { rounds: 5, warmup: 2 },
    whole: true,
  },
  listMixed: {
    title: "25,000 resources filtered, all new and of projects in no order",
    questions: (salt) => world.shuffled(world.list(`${salt}-`)),
    unit: "ms",
    bar: { most: 2 },
    rounds: { rounds: 5, warmup: 2 },
    whole: true,
  },
  tenant: {
    title: "In-memory tenant of 10,000 members, any of them asking",
    questions: once(() => world.memberQuestions(world.members())),
    unit: "ns",
    bar: { times: 1.5 },
    rounds: { rounds: 15, warmup: 5 },
  },
};

/** Measured by processes that start anew instead of by questions. */
export const COLD = { title: "Cold start in Node: import, load, first decision", unit: "ms", bar: { most: 8 } };

function once(make) {
  let made;
  return () => (made ??= make());
}
