/** The columns that contenders are called with: strings that nobody has looked up yet, as a real request brings them. */

import { anew } from "../measure.mjs";

/** The named fields of the questions, one array of fresh strings for each. */
export function strings(...fields) {
  return (questions) => fields.map((field) => anew(questions.map((question) => question[field]))());
}

/** Objects with the named fields, all made before the clock starts: for libraries that are asked about objects. */
export function objects(type, ...fields) {
  return (questions) => {
    const columns = strings(...fields)(questions);
    return questions.map((question, index) => {
      const made = { __type: type };
      fields.forEach((field, at) => (made[field] = columns[at][index]));
      if ("cost" in question) made.cost = question.cost;
      return made;
    });
  };
}
