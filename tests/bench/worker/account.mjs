/** An account of any size for tests and benchmarks: the same members for the same number, whole or cut into parts. */

const FIRST = ["Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jill", "Karl", "Lena", "Max", "Nora", "Otto", "Pia"];
const LAST = ["Abel", "Bauer", "Conti", "Duarte", "Engel", "Fox", "Gruber", "Hall", "Ito", "Jansen", "Kovac", "Lang", "Meyer", "Novak", "Olsen"];
const GROUPS = 200;

/** What is not a member: groups with what they were given, a role of the account's own; and its owner. */
export function base() {
  const groups = Array.from({ length: GROUPS }, (_, number) => ({ id: `g${number}`, name: `Group ${number}` }));
  return {
    members: [{ subject: "user:olivia", name: "Olivia Owner", email: "olivia@large.example" }],
    groups,
    roles: [{ id: "surveyor", at: ["/", "project"], allow: ["project:view", "sign:view"] }],
    assignments: [
      { to: "user:olivia", role: "owner" },
      ...groups.map(({ id }, number) => ({ to: `group:${id}`, role: "viewer", scope: `project:p${number % 50}` })),
    ],
  };
}

/** The members from one number to another, with what each is given. */
export function members(from, to) {
  const all = { members: [], assignments: [], overrides: [] };
  for (let number = from; number < to; number += 1) {
    const subject = `user:u${String(number).padStart(6, "0")}`;
    const [first, last] = [FIRST[number % FIRST.length], LAST[Math.floor(number / 16) % LAST.length]];
    all.members.push({
      subject,
      name: `${first} ${last} ${number}`,
      email: `${first}.${last}.${number}@large.example`.toLowerCase(),
      status: number % 50 === 49 ? "deactivated" : "active",
      attributes: { licensed: number % 3 === 0 },
      groups: [`g${number % GROUPS}`],
    });
    all.assignments.push({ to: subject, role: "surveyor" });
    all.assignments.push({ to: subject, role: "editor", scope: `project:p${number % 500}` });
    if (number % 20 === 0) all.overrides.push({ subject, permission: "sign:view", scope: `project:p${number % 500}`, effect: "deny" });
  }
  return all;
}
