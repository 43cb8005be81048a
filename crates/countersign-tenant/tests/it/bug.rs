//! Mistakes that the oracle can make on purpose, to show that the comparison would notice them in the engine; and, where
//! it takes the engine's place, that the laws would.

macro_rules! bugs {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A mistake to make.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Bug {
            $($(#[$doc])* $name,)*
        }

        impl Bug {
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

bugs! {
    /// What nothing decides is allowed
    DefaultAllows,
    /// Of the assignments that speak of a permission, the one that is written last decides
    LastAssignmentDecides,
    /// Two denials by roles cancel each other
    DenialsCancel,
    /// A forbid that does not hold permits
    FalseForbidPermits,
    /// An assignment to a member is one to whoever shares a group with him
    FellowsShare,
    /// A subject is known in other letters' case
    SubjectCaseIgnored,
    /// An id may be of any length and of any characters
    AnyId,
    /// The farthest override decides
    NearnessReversed,
    /// Of two overrides at one scope, the allow decides
    AllowBeatsDeny,
    /// A grant is still live at `until`
    EndInclusive,
    /// A grant is not yet live at `from`
    StartExclusive,
    /// Only a subject's own assignments count
    GroupsIgnored,
    /// `project:p1` reaches whatever begins with these letters, `project:p10` too
    SiblingPrefix,
    /// A role that allows beats a role that denies
    RoleDenyLoses,
    /// A member who is not active is treated as if he were
    StatusIgnored,
    /// A role has only its own permissions
    IncludesIgnored,
    /// Types may stand anywhere in a path
    ParentsIgnored,
    /// A role acts whatever its condition says
    RoleConditionIgnored,
    /// An assignment acts whatever its condition says
    AssignmentConditionIgnored,
    /// An included role acts whatever its own condition says
    IncludedWhenIgnored,
    /// An included role acts whatever the including role's condition says
    IncluderWhenIgnored,
    /// A role whose condition errors still allows
    ErrorKeepsAllow,
    /// A role whose condition errors does not deny
    ErrorDropsDenies,
    /// In the conditions of one grant, an error outweighs a false one
    ErrorOutweighsFalse,
    /// A forbid whose condition errors does not forbid
    ForbidErrorIgnored,
    /// An override comes before a forbid
    OverrideBeforeForbid,
    /// A permit whose condition errors permits
    PermitErrorAllows,
    /// A permit comes before the roles
    PermitBeforeRole,
    /// A permit comes before the overrides
    PermitBeforeOverride,
    /// A rule for one action of a type reaches all of them
    RuleReachesType,
    /// A trigger that errors asks for no approval
    ApprovalErrorWaved,
    /// A denial that meets an approval policy needs approval
    ApprovalBeforeDeny,
    /// What an override allows needs no approval
    ApprovalSparesOverrides,
    /// An approval policy without a condition never triggers
    ApprovalNeedsWhen,
    /// What the caller supplies replaces what is stored
    SuppliedOverridesStored,
    /// What the caller supplies of the resource counts for those above it, too
    SuppliedReachesAncestors,
    /// A resource that lacks an attribute has the one of its parent
    AncestorLends,
    /// Of several segments of a type, the outermost counts
    OutermostSegment,
    /// `<` also holds for the same, and `>` too
    ThresholdOffByOne,
    /// Decimals are compared as floats
    DecimalAsFloat,
    /// What is missing or ill-typed is zero, empty or false
    MissingReadsAsEmpty,
    /// A string of digits is an integer
    TextReadsAsInteger,
    /// A number with a fraction is an integer
    FractionDropped,
    /// A value that is not in the list is taken all the same
    OneOfIgnored,
    /// A list with an item of another kind loses the item
    BadItemsDropped,
    /// `error && false` is an error
    AndNotAbsorbing,
    /// `error || true` is an error
    OrNotAbsorbing,
    /// `exists` and `all` are errors if one item is
    MacroNotAbsorbing,
    /// `!error` is true
    NotErrorIsTrue,
    /// Integers wrap around
    OverflowWraps,
    /// What is ill-typed is not there
    HasOnlyWellTyped,
    /// An offset from UTC is ignored
    OffsetIgnored,
    /// An IPv4 address that is written as IPv6 is another one
    MappedAddressDiffers,
    /// Bytes are counted, not characters
    SizeInBytes,
    /// Names are compared without regard to case
    CaseIgnored,
}
