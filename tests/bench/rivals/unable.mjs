/** What a contender throws that cannot answer a figure yet: it is left out, with its reason. */
export class Unable extends Error {}
