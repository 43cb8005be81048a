/** The demo's signs, by tenant, project and state; kept in memory, so a restart brings the first ones back. */

const sign = (title, text) => ({ title, text, approvedBy: null, comments: [] });
const state = (title, signs) => ({ title, signs });

const FIXTURES = {
  acme: {
    renovation: {
      title: "Renovation",
      kind: "design",
      states: {
        draft: state("Draft", { r2: sign("Stairwell B", "Floors 1 to 4") }),
        "internal-review": state("Internal Review", { r1: sign("Main entrance", "Welcome to Acme") }),
        installed: state("Installed", { r3: sign("Fire exit", "Exit") }),
      },
    },
    tower: {
      title: "Tower",
      kind: "build",
      states: {
        ordered: state("Ordered", { t1: sign("Lift lobby", "Level 12") }),
        mounted: state("Mounted", { t2: sign("Roof access", "Staff only") }),
      },
    },
    lobby: {
      title: "Lobby",
      kind: "design",
      states: {
        concept: state("Concept", { l3: sign("Pillar wrap", "Acme since 1949") }),
        approval: state("Approval", { l1: sign("Reception", "Please sign in"), l2: sign("Waiting area", "Take a seat") }),
      },
    },
    "car-park": {
      title: "Car Park",
      kind: "manage",
      states: { live: state("Live", { c1: sign("Bay numbers", "1 to 80") }) },
    },
    annex: {
      title: "Annex",
      kind: "build",
      states: { "on-site": state("On Site", { x1: sign("Annex door", "Annex") }) },
    },
  },
  globex: {
    renovation: {
      title: "Renovation of the Works",
      kind: "manage",
      states: { live: state("Live", { g1: sign("Gate 1", "Deliveries") }) },
    },
    depot: {
      title: "Depot",
      kind: "build",
      states: { ordered: state("Ordered", { d1: sign("Dock 4", "Reverse slowly") }) },
    },
  },
};

const tenants = new Map();

/** The projects of a tenant. One that is called `acme-something` starts as a copy of Acme, so that tests can have their own. */
export function projectsOf(tenant) {
  const fixture = FIXTURES[tenant.split("-")[0]];
  if (fixture === undefined) return {};
  if (!tenants.has(tenant)) tenants.set(tenant, structuredClone(fixture));
  return tenants.get(tenant);
}
