/** The types of the HTTP API: paths, bodies and answers. Made of config/openapi.json by `cargo xtask openapi`. */

export interface paths {
    "/v1/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description, for people */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description, for programs */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in?
         * @description Whatever the credential is. An API token is known in its tenant alone, and not here.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Begins a session
         * @description For as long as the token in `Authorization` is good, and no longer than eight hours. The cookie is for pages of this host; scripts cannot read it.
         */
        post: operations["beginSession"];
        /**
         * Ends the session
         * @description The browser forgets the cookie.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        /** Sets the tenant up, or replaces all of it; for operators */
        put: operations["putTenant"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/approval-policies": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Approval policies */
        get: operations["listApprovalPolicies"];
        put?: never;
        /** Adds an approval policy */
        post: operations["createApprovalPolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/approval-policies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One approval policy */
        get: operations["getApprovalPolicy"];
        /** Replaces an approval policy */
        put: operations["putApprovalPolicy"];
        post?: never;
        /** Removes an approval policy */
        delete: operations["deleteApprovalPolicy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Assignments */
        get: operations["listAssignments"];
        put?: never;
        /** Gives a role */
        post: operations["createAssignment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/assignments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One assignment */
        get: operations["getAssignment"];
        put?: never;
        post?: never;
        /** Takes an assignment back */
        delete: operations["deleteAssignment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/assignments/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives roles, all or none */
        post: operations["createAssignmentBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** The audit log, oldest first */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/audit/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** What the audit log comes to now, signed: keep it elsewhere */
        get: operations["getAuditCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/audit/lines": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** The audit log as JSON lines, oldest first, for `countersign audit verify` */
        get: operations["getAuditLine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** The tenant as a tenant file */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/export/parts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** A part of the tenant as a tenant file: join the lists of all parts */
        get: operations["getExportPart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Groups */
        get: operations["listGroups"];
        put?: never;
        /** Adds a group */
        post: operations["createGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One group */
        get: operations["getGroup"];
        /** Changes a group's name */
        put: operations["putGroup"];
        post?: never;
        /** Removes a group, and what it was given */
        delete: operations["deleteGroup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/groups/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Who is in a group */
        get: operations["listGroupMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/groups/{id}/members/{subject}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        /** Puts a member into a group */
        put: operations["putGroupMember"];
        post?: never;
        /** Takes a member out of a group */
        delete: operations["deleteGroupMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds members by the thousand, or brings them up to date; for operators */
        post: operations["createImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Invitations that were not accepted yet */
        get: operations["listInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an invitation back */
        delete: operations["deleteInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts an invitation */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/links": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Links a floating member with a member of another tenant */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/links/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a link */
        delete: operations["deleteLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/links/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts a link that another tenant asked for */
        post: operations["acceptLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/me/links": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Your other accounts */
        get: operations["listMyLinks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/me/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Your notifications, newest first */
        get: operations["listMyNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/me/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks notifications as read */
        post: operations["readMyNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/me/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /**
         * What you may do, for the checker in a page
         * @description A projection of the tenant on whoever asks. It says nothing of anybody else.
         */
        get: operations["getMySnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/me/watch": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /**
         * What you may do, as it changes
         * @description A WebSocket with the subprotocol `countersign.v1`. You are sent your snapshot (a binary message), or `{"current":12}` where what you have is still so at revision 12; and your snapshot again whenever what it says has changed, or `{"changed":13}` where it is too large and is to be fetched. `ping` is answered with `pong`; say nothing else. Closed with 4403 you are not active, with 4404 no member, with 4408 you should come again. Where a browser has no cookie of this host, it offers the subprotocol `countersign.authorization.` with the value of `Authorization`, percent-encoded, too.
         */
        get: operations["watchMySnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Members, by what is looked for */
        get: operations["listMembers"];
        put?: never;
        /** Adds a member, invited now, later, or not at all */
        post: operations["createMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One member */
        get: operations["getMember"];
        put?: never;
        post?: never;
        /** Removes a member; its id is never used again */
        delete: operations["deleteMember"];
        options?: never;
        head?: never;
        /** Changes what is written down of a member */
        patch: operations["editMember"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Activates a member */
        post: operations["activateMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deactivates a member at once */
        post: operations["deactivateMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Invites a member, or invites it again */
        post: operations["inviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Locks a member out */
        post: operations["lockMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/overrides": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        /** Sets a right to allow, deny or inherit */
        put: operations["putMemberOverrides"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/overrides/all": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        /** Sets every right to allow, deny or inherit */
        put: operations["putMemberOverrideAll"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/rights": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** A member's rights, as an editor shows them */
        get: operations["getMemberRights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/members/{subject}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a locked member in again */
        post: operations["unlockMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells members that something happened */
        post: operations["createNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Requests that you made or may approve */
        get: operations["listRequests"];
        put?: never;
        /** Asks for an approval */
        post: operations["createRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One request */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves a request */
        post: operations["approveRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rejects a request, with a reason */
        post: operations["rejectRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests/{id}/resubmit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks again */
        post: operations["resubmitRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests/{id}/use": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Notes that an approved request was used */
        post: operations["useRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/requests/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes your own request back */
        post: operations["withdrawRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/resource": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One registered resource */
        get: operations["getResource"];
        /** Replaces a resource's stored attributes */
        put: operations["putResource"];
        post?: never;
        /** Removes a resource with what was granted there */
        delete: operations["deleteResource"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/resources": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Registered resources */
        get: operations["listResources"];
        put?: never;
        /** Registers a resource */
        post: operations["createResource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/resources/move": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves a resource and all below it */
        post: operations["moveResource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Roles, the model's included */
        get: operations["listRoles"];
        put?: never;
        /** Adds a custom role */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/roles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** One role */
        get: operations["getRole"];
        /** Replaces a custom role */
        put: operations["putRole"];
        post?: never;
        /** Removes a custom role */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** The tenant's settings, seats and licences */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes the tenant's settings */
        patch: operations["editSettings"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/support": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Whether support access is open */
        get: operations["getSupport"];
        put?: never;
        /** Lets the support user in for a time */
        post: operations["createSupport"];
        /** Ends support access at once */
        delete: operations["deleteSupport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** API tokens, without their secrets */
        get: operations["listTokens"];
        put?: never;
        /** Makes an API token; its secret is shown once */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a token at once */
        delete: operations["deleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/tokens/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces a token's secret at once */
        post: operations["rotateToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Webhooks */
        get: operations["listWebhooks"];
        put?: never;
        /** Adds a webhook; its secret is shown once */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a webhook */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Changes a webhook */
        patch: operations["editWebhook"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        /** Deliveries that failed for good */
        get: operations["listWebhookDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}/dead-letters/{delivery}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The delivery's id
                 * @example m17
                 */
                delivery: string;
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delivers a dead letter again */
        post: operations["redeliverWebhookDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description A mail address or user name: plain Latin letters, with an optional comment before the `@`
         * @example ann@example.com
         * @example ann(night)@example.com
         */
        Address: string;
        /** @description `POST /v1/tenants/{tenant}/approval-policies`: as an entry of `approval_policies` in a tenant file. */
        ApprovalPolicyBody: {
            /** @description Who may approve: `role:…`, `user:…`, `group:…`; the account's administrators if left out */
            approvers?: components["schemas"]["Approver"][];
            /** @description Its id */
            id: components["schemas"]["RoleId"];
            /** @description What people call it */
            name?: components["schemas"]["LongName"] | null;
            /** @description What it is about */
            permissions: components["schemas"]["Permission"][];
            /**
             * @description How many of them must
             * @default 1
             */
            quorum?: number;
            /** @description When it asks for an approval; always if left out */
            when?: components["schemas"]["Condition"] | null;
        };
        /** @description A page of a list */
        ApprovalPolicyList: {
            /** @description The items */
            items: components["schemas"]["ApprovalPolicyView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description An approval policy. */
        ApprovalPolicyView: {
            /** @description Who may approve; the account's administrators if nobody is named */
            approvers: string[];
            /** @description Its id */
            id: string;
            /** @description What people call it */
            name: string | null;
            /** @description What it is about */
            permissions: string[];
            /** @description How many of them must */
            quorum: number;
            /** @description When it asks for an approval */
            when: string | null;
        };
        /**
         * @description Who may approve: `role:…`, `user:…` or `group:…`
         * @example role:admin
         */
        Approver: string;
        /** @description `POST /v1/tenants/{tenant}/assignments`. */
        Assign: {
            /** @description When it begins, RFC 3339 */
            from?: components["schemas"]["Moment"] | null;
            /** @description The role's id */
            role: components["schemas"]["RoleId"];
            /**
             * @description Where; the root if left out
             * @default /
             */
            scope?: components["schemas"]["Scope"];
            /** @description `user:ann` or `group:reviewers` */
            to?: components["schemas"]["Holder"];
            /** @description When it ends, RFC 3339 */
            until?: components["schemas"]["Moment"] | null;
            /** @description While what it acts */
            when?: components["schemas"]["Condition"] | null;
        };
        /** @description A page of a list */
        AssignmentList: {
            /** @description The items */
            items: components["schemas"]["AssignmentView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description An assignment. */
        AssignmentView: {
            /** @description When it begins, RFC 3339 */
            from?: components["schemas"]["Moment"] | null;
            /** @description Its id */
            id: string;
            /** @description The role's id */
            role: string;
            /** @description Where it acts */
            scope: string;
            /** @description What people read there instead of the role's id */
            title?: string | null;
            /** @description Who has it */
            to: string;
            /** @description When it ends, RFC 3339 */
            until?: components["schemas"]["Moment"] | null;
            /** @description While what it acts */
            when?: string | null;
        };
        /** @description `PUT /v1/tenants/{tenant}/resource?path=…`. */
        AttributesBody: {
            /** @description The stored attributes; what is left out is gone */
            attributes: {
                [key: string]: unknown;
            };
        };
        /**
         * @description A row of the audit log.
         *
         *     Its hash is over the JSON of all other fields in this order, the previous entry's hash included.
         */
        AuditEntry: {
            /** @description Who */
            actor: string;
            /** @description When, RFC 3339 */
            at: components["schemas"]["Moment"];
            /** @description What changed */
            changes?: components["schemas"]["Noted"][];
            /** @description The command's name */
            command: string;
            /** @description The hash of this entry, in hexadecimal */
            hash: components["schemas"]["Hash"];
            /** @description For whom, if not for the actor itself */
            on_behalf_of?: string | null;
            /** @description `done`, or the code of the refusal */
            outcome: string;
            /** @description The hash of the entry before it, in hexadecimal */
            previous: components["schemas"]["Hash"];
            /** @description Why, in the actor's words */
            reason?: string | null;
            /** @description What was to be done: the command's body, without secrets; texts of more than a kilobyte are shown as their hashes */
            request: unknown;
            /** @description The tenant's revision after it */
            revision: number;
            /** @description Its number, from 1 */
            seq: number;
        };
        /** @description A page of the audit log. */
        AuditPage: {
            /** @description The number of the last row that was looked at, whether it is shown or not */
            after: number;
            /** @description The rows, oldest first */
            entries: components["schemas"]["AuditEntry"][];
            /** @description Whether there may be more behind them; page on with `?after=` this page's `after` */
            more: boolean;
        };
        /** @description `POST /v1/tenants/{tenant}/assignments/bulk`. */
        BulkBody: {
            /** @description The assignments */
            assignments: components["schemas"]["Assign"][];
        };
        /**
         * @description How long the log was at a moment, signed with a key that its tenant does not have: kept elsewhere, it shows a log that
         *     was cut short or written anew.
         */
        Checkpoint: {
            /** @description When, RFC 3339 */
            at: components["schemas"]["Moment"];
            /** @description Its hash, in hexadecimal; empty for a log without entries */
            hash: string;
            /** @description The number of the last entry */
            seq: number;
            /** @description HMAC-SHA-256 over the other fields, in hexadecimal */
            signature: string;
            /** @description The tenant */
            tenant: string;
        };
        /**
         * @description A condition in CEL
         * @example context.cost > 50
         */
        Condition: string;
        /** @description A page of a list */
        DeadLetterList: {
            /** @description The items */
            items: components["schemas"]["DeadLetterView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description A delivery that failed for good. */
        DeadLetterView: {
            /** @description When, RFC 3339 */
            at: components["schemas"]["Moment"];
            /** @description How often it was tried */
            attempts: number;
            /** @description What was to be delivered */
            data: {
                [key: string]: unknown;
            };
            /** @description What happened */
            event: string;
            /** @description Its id */
            id: string;
            /** @description What came back the last time */
            last: string;
        };
        /** @description What a command comes to. */
        Done: {
            /** @description The id of what was made */
            id?: string | null;
            /** @description The tenant's revision since */
            revision: number;
        };
        /** @description What a part of an import comes to. */
        DoneImporting: {
            /** @description How many of them were not there before */
            added: number;
            /** @description How many of them were there and are another way now */
            changed: number;
            /** @description How many members the part has */
            members: number;
            /** @description The tenant's revision since */
            revision: number;
        };
        /** @description What giving several roles comes to. */
        DoneMany: {
            /** @description The ids of the assignments, in the order in which they were sent */
            ids: string[];
            /** @description The tenant's revision since */
            revision: number;
        };
        /** @description What telling members comes to. */
        DoneNotifying: {
            /** @description Whether there are more of them than can be told */
            more: boolean;
            /** @description The tenant's revision since */
            revision: number;
            /** @description How many members are told */
            told: number;
        };
        /** @description What making a token, or replacing its secret, comes to. */
        DoneToken: {
            /** @description When the token ends; never if null */
            expires: components["schemas"]["Moment"] | null;
            /** @description The token's id */
            id: string;
            /** @description The tenant's revision since */
            revision: number;
            /** @description The secret, shown this once; a command that was sent again with its key is answered without it */
            secret?: string | null;
        };
        /** @description What making or changing a webhook comes to. */
        DoneWebhook: {
            /** @description The webhook's id, where it or its secret is new */
            id?: string | null;
            /** @description The tenant's revision since */
            revision: number;
            /** @description The new secret, shown this once; a command that was sent again with its key is answered without it */
            secret?: string | null;
        };
        /** @description One subject's permission at one scope, before and after. */
        Effect: {
            /** @description What comes out */
            after: components["schemas"]["Outcome"];
            /** @description What came out: `allow`, `deny`, `approval` or `depends` */
            before: components["schemas"]["Outcome"];
            /** @description Scopes below this one that it does not reach */
            except?: string[];
            /** @description `type:action` */
            permission: string;
            /** @description Which resources at the scope: `tree`, `itself` or `below` */
            reach: components["schemas"]["Reach"];
            /** @description `/`, or a resource path */
            scope: string;
            /** @description Whose */
            subject: string;
        };
        /**
         * @description What happened: words of small letters, digits and `_`, with dots between them
         * @example payment.recorded
         */
        Event: string;
        /**
         * @description An event, or all that begin so: `request.*`
         * @example invitation.sent
         * @example request.*
         */
        EventPattern: string;
        /** @description Which events are delivered; all if none is named */
        EventPatterns: string[];
        /** @description An assignment in a tenant file */
        FileAssignment: {
            /** Format: date-time */
            from?: string;
            role: string;
            scope: string;
            to: string;
            /** Format: date-time */
            until?: string;
            when?: string;
        };
        /** @description A group in a tenant file */
        FileGroup: {
            id: string;
            name?: string;
        };
        /** @description A member in a tenant file */
        FileMember: {
            attributes: Record<string, never>;
            email?: string;
            groups: string[];
            name?: string;
            /** @enum {string} */
            status: "invited" | "active" | "deactivated" | "locked";
            subject: string;
        };
        /** @description An override in a tenant file */
        FileOverride: {
            /** @enum {string} */
            effect: "allow" | "deny";
            /** Format: date-time */
            from?: string;
            permission: string;
            scope: string;
            subject: string;
            /** Format: date-time */
            until?: string;
        };
        /** @description An approval policy in a tenant file */
        FilePolicy: {
            approvers?: string[];
            id: string;
            name?: string;
            permissions: string[];
            quorum?: number;
            when?: string;
        };
        /** @description A resource in a tenant file */
        FileResource: {
            attributes: Record<string, never>;
            path: string;
        };
        /** @description The settings in a tenant file */
        FileSettings: {
            account_name?: string;
            approval_hours?: number;
            invitation_hours?: number;
            licences?: {
                [key: string]: number;
            };
            multiple_accounts?: boolean;
            sealed_roles?: {
                [key: string]: string;
            };
            seats?: number;
            seats_contact?: string;
        };
        /** @description `POST /v1/tenants/{tenant}/groups`. */
        GroupBody: {
            /** @description Its id, without `group:` */
            id: components["schemas"]["GroupId"];
            /** @description The name that people read */
            name?: string | null;
        };
        /**
         * @description A group's id, without `group:`
         * @example reviewers
         */
        GroupId: string;
        /** @description A page of a list */
        GroupList: {
            /** @description The items */
            items: components["schemas"]["GroupView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description A group. */
        GroupView: {
            /** @description What it was given */
            assignments: components["schemas"]["AssignmentView"][];
            /** @description Its id */
            id: string;
            /** @description The name that people read */
            name: string | null;
        };
        /** @description SHA-256, in hexadecimal */
        Hash: string;
        /**
         * @description Who can be given something: a subject or a group
         * @example user:ann
         * @example group:reviewers
         */
        Holder: string;
        /** @description Hours, up to a year */
        Hours: number;
        /** @description `POST /v1/tenants/{tenant}/me/notifications/read`. */
        IdsBody: {
            /** @description The notifications' ids */
            ids: components["schemas"]["NotificationId"][];
        };
        /** @description What a command would do. */
        Impact: {
            /** @description Who would gain or lose what */
            changes: components["schemas"]["Effect"][];
            /** @description The revision that it was worked out for */
            revision: number;
            /** @description Whether more members are touched than were looked at */
            truncated: boolean;
        };
        /** @description `PUT /v1/tenants/{tenant}`. */
        Import: {
            /** @description The model file's text */
            model: string;
            /** @description The name of the import, of its sender's choice, where parts follow */
            run?: components["schemas"]["Name"] | null;
            /** @description The tenant file's text */
            tenant: string;
        };
        /** @description `POST /v1/tenants/{tenant}/import`. */
        ImportPart: {
            /** @description Whether it is the last part of that import: tokens, links and inboxes of those end who did not come back */
            last?: boolean;
            /**
             * @description The import that it is a part of: then it is held to no seats and sealed roles, as a whole import is not, and is
             *     refused where the account has been imported anew since
             */
            run?: components["schemas"]["Name"] | null;
            /** @description The text of a tenant file with nothing but members, and what these are given */
            tenant: string;
        };
        /**
         * @description What roles say: `depends` where it differs from resource to resource
         * @enum {string}
         */
        Inherited: "allow" | "deny" | "approval" | "depends";
        /** @description What a right is set to. */
        Inheriting: "allow" | "deny" | "inherit";
        /** @description A page of a list */
        InvitationList: {
            /** @description The items */
            items: components["schemas"]["InvitationView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description An invitation. */
        InvitationView: {
            /** @description Where it went, or will go */
            email: string | null;
            /** @description When it ends, RFC 3339 */
            expires: components["schemas"]["Moment"] | null;
            /** @description Its id */
            id: string;
            /** @description Who invited */
            inviter: string;
            /** @description When it was sent last, RFC 3339; nothing if it was not */
            sent_at: components["schemas"]["Moment"] | null;
            /** @description Who is invited */
            subject: string;
        };
        /** @description Whether a new member is invited. */
        Invite: "no" | "now" | "later";
        /** @description `POST /v1/tenants/{tenant}/links`. */
        LinkBody: {
            /** @description The member there; the same subject if left out */
            member?: components["schemas"]["UserId"] | null;
            /** @description The floating member of this tenant */
            subject: components["schemas"]["UserId"];
            /** @description The other tenant */
            tenant: components["schemas"]["TenantName"];
        };
        /** @description A page of a list */
        LinkList: {
            /** @description The items */
            items: components["schemas"]["LinkView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description How far a link is. */
        LinkStatus: "asked" | "pending" | "linked";
        /** @description A link to a member of another tenant. */
        LinkView: {
            /** @description The name of that account */
            account_name: string | null;
            /** @description Who asked for it */
            asked_by: string;
            /** @description Whether the member here is the floating one */
            floating: boolean;
            /** @description Its id */
            id: string;
            /** @description The member there */
            member: string;
            /** @description `asked` (the other account has to answer), `pending` (somebody here has to accept it) or `linked` */
            status: components["schemas"]["LinkStatus"];
            /** @description The member here */
            subject: string;
            /** @description The other tenant */
            tenant: string;
        };
        /** @description A name of 1 to 256 bytes */
        LongName: string;
        /** @description `PATCH /v1/tenants/{tenant}/members/{subject}`: what is left out stays as it is, and what is null goes. */
        MemberEdit: {
            /** @description Stored attributes: those named change, and null takes one away */
            attributes?: {
                [key: string]: unknown;
            };
            /** @description Whether the member must change its credential before it may do anything */
            credential_change_required?: boolean | null;
            /** @description The address */
            email?: components["schemas"]["Address"] | null;
            /** @description The first name */
            first_name?: components["schemas"]["LongName"] | null;
            /** @description The last name */
            last_name?: components["schemas"]["LongName"] | null;
            /** @description Whether the member may work in several accounts */
            multiple_accounts?: boolean | null;
            /** @description The whole name */
            name?: components["schemas"]["LongName"] | null;
            /** @description The name to sign in with */
            user_name?: components["schemas"]["Address"] | null;
        };
        /** @description A page of a list */
        MemberList: {
            /** @description The items */
            items: components["schemas"]["MemberView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description A member. */
        MemberView: {
            /** @description The accounts that it works in besides this one */
            accounts: string[];
            /** @description The roles it was given itself */
            assignments: components["schemas"]["AssignmentView"][];
            /** @description Stored attributes */
            attributes: {
                [key: string]: unknown;
            };
            /** @description When it was changed last, RFC 3339 */
            changed_at: components["schemas"]["Moment"];
            /** @description Who changed it last */
            changed_by: string;
            /** @description Whether it must change its credential before it may do anything */
            credential_change_required: boolean;
            /** @description Where mail goes */
            email: string | null;
            /** @description The first name */
            first_name: string | null;
            /** @description The groups it is in */
            groups: string[];
            /** @description Its invitation, if it is invited */
            invitation?: components["schemas"]["InvitationView"] | null;
            /** @description The last name */
            last_name: string | null;
            /** @description Whether it may work in several accounts */
            multiple_accounts: boolean;
            /** @description The whole name, as it was given, or first and last name */
            name: string | null;
            /** @description Its status */
            status: components["schemas"]["StatusForm"];
            /** @description Who it is */
            subject: string;
            /** @description The titles of the roles that it holds at the root, for lists */
            titles: string[];
            /** @description The name to sign in with */
            user_name: string | null;
        };
        /**
         * Format: date-time
         * @description A moment, RFC 3339 with an offset
         * @example 2026-03-01T12:00:00Z
         */
        Moment: string;
        /** @description `POST /v1/tenants/{tenant}/resources/move`. */
        MoveBody: {
            /** @description The path that it has */
            from: components["schemas"]["ResourcePath"];
            /** @description The path that it is to have */
            to: components["schemas"]["ResourcePath"];
        };
        /** @description A name of 1 to 200 characters */
        Name: string;
        /** @description `POST /v1/tenants/{tenant}/members`. */
        NewMember: {
            /** @description What it is given at once; `to` is left out */
            assignments?: components["schemas"]["Assign"][];
            /** @description Stored attributes */
            attributes?: {
                [key: string]: unknown;
            };
            /** @description The address; that of the user name, without its comment, if left out */
            email?: components["schemas"]["Address"] | null;
            /** @description The first name */
            first_name?: components["schemas"]["LongName"] | null;
            /** @description Groups, by id */
            groups?: string[];
            /**
             * @description Whether, and when, it is invited
             * @default no
             */
            invite?: components["schemas"]["Invite"];
            /** @description The last name */
            last_name?: components["schemas"]["LongName"] | null;
            /** @description The whole name */
            name?: components["schemas"]["LongName"] | null;
            /** @description Who: `user:ann`, `service:ci`; `user:` and the user name or the address if left out */
            subject?: components["schemas"]["NewSubject"] | null;
            /** @description The name to sign in with: an email address, with an optional comment before the `@` */
            user_name?: components["schemas"]["Address"] | null;
        };
        /**
         * @description A user or a service, in plain ASCII
         * @example user:ann
         * @example service:ci-main
         */
        NewSubject: string;
        /** @description One thing before and after a command. */
        Noted: {
            /** @description As it is; null for what is gone */
            after: unknown;
            /** @description As it was; null for what was made */
            before: unknown;
            /** @description Which: `member:user:ann`, `assignment:a7` */
            what: string;
        };
        /**
         * @description A notification's id
         * @example n17
         */
        NotificationId: string;
        /** @description A page of a list */
        NotificationList: {
            /** @description The items */
            items: components["schemas"]["NotificationView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description Something a member is told. */
        NotificationView: {
            /** @description When, RFC 3339 */
            at: components["schemas"]["Moment"];
            /** @description What it is about */
            data: {
                [key: string]: unknown;
            };
            /** @description What happened: `payment.recorded` */
            event: string;
            /** @description Its id */
            id: string;
            /** @description Whether it was read */
            read: boolean;
        };
        /** @description `POST /v1/tenants/{tenant}/notifications`. */
        NotifyBody: {
            /** @description What it is about */
            data?: {
                [key: string]: unknown;
            };
            /** @description What happened: `payment.recorded` */
            event: components["schemas"]["Event"];
            /** @description Who is told: `role:…`, `user:…`, `group:…` */
            to: components["schemas"]["Recipient"][];
        };
        /**
         * @description What comes out: `depends` where it differs from resource to resource
         * @enum {string}
         */
        Outcome: "allow" | "deny" | "approval" | "depends";
        /** @description `PUT /v1/tenants/{tenant}/members/{subject}/overrides`. */
        OverrideBody: {
            /** @description To what */
            effect: components["schemas"]["Inheriting"];
            /** @description When it begins, RFC 3339 */
            from?: components["schemas"]["Moment"] | null;
            /** @description `type:action` */
            permission: components["schemas"]["Permission"];
            /**
             * @description Where; the root if left out
             * @default /
             */
            scope?: components["schemas"]["Scope"];
            /** @description When it ends, RFC 3339 */
            until?: components["schemas"]["Moment"] | null;
        };
        /** @description `PUT /v1/tenants/{tenant}/members/{subject}/overrides/all`. */
        OverridesBody: {
            /** @description To what */
            effect: components["schemas"]["Inheriting"];
            /** @description Where; the root if left out */
            scope?: components["schemas"]["Scope"] | null;
        };
        /**
         * @description `type:action`, `type:*`, or `*` for everything
         * @example sign:edit
         * @example sign:*
         */
        Permission: string;
        /** @description Problem details, RFC 9457. */
        Problem: {
            /** @description The stable code for programs, where the tenant refused a command */
            code?: string | null;
            /** @description What was wrong and what to do */
            detail?: string | null;
            /** @description The HTTP status */
            status: number;
            /** @description What the kind is called */
            title: string;
            /** @description The kind of problem: `about:blank`, or a URI of ours */
            type: string;
        };
        /**
         * @description Which resources at the scope: all, itself alone, or those below
         * @enum {string}
         */
        Reach: "tree" | "itself" | "below";
        /** @description `POST /v1/tenants/{tenant}/requests/{id}/reject`. */
        ReasonBody: {
            /** @description Why; the requester reads it */
            reason: components["schemas"]["Sentence"];
        };
        /**
         * @description Who is told: `role:…`, `user:…`, `group:…`, or `administrators`
         * @example role:admin
         * @example administrators
         */
        Recipient: string;
        /** @description `POST /v1/tenants/{tenant}/requests`. */
        RequestBody: {
            /** @description The action */
            action: string;
            /** @description What is supplied of the action */
            action_attributes?: {
                [key: string]: unknown;
            };
            /** @description What is supplied of the resource */
            attributes?: {
                [key: string]: unknown;
            };
            /** @description The context */
            context?: {
                [key: string]: unknown;
            };
            /** @description Why, in the requester's words */
            note?: string | null;
            /** @description On what */
            resource: string;
            /** @description What is supplied of the requester */
            subject_attributes?: {
                [key: string]: unknown;
            };
        };
        /** @description A page of a list */
        RequestList: {
            /** @description The items */
            items: components["schemas"]["RequestView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /**
         * @description How far a request is
         * @enum {string}
         */
        RequestStatus: "pending" | "approved" | "rejected" | "withdrawn" | "expired" | "stale" | "used";
        /** @description A request for approval. */
        RequestView: {
            /** @description The action */
            action: string;
            /** @description What was supplied of the action */
            action_attributes?: {
                [key: string]: unknown;
            };
            /** @description The request that this one asks again */
            again?: string | null;
            /** @description Who did */
            approvals: components["schemas"]["Vote"][];
            /** @description Who may approve; the account's administrators if nobody is named */
            approvers: string[];
            /** @description What was supplied of the resource */
            attributes: {
                [key: string]: unknown;
            };
            /** @description The context */
            context: {
                [key: string]: unknown;
            };
            /** @description When it was made, RFC 3339 */
            created_at: components["schemas"]["Moment"];
            /** @description When it ends, RFC 3339 */
            expires: components["schemas"]["Moment"];
            /** @description Its id */
            id: string;
            /** @description Whether the asker may approve it now */
            may_approve: boolean;
            /** @description Why, in the requester's words */
            note: string | null;
            /** @description The policy that asks for it */
            policy: string;
            /** @description How many must approve */
            quorum: number;
            /** @description Who rejected, and why */
            rejection?: components["schemas"]["Vote"] | null;
            /** @description Who asked */
            requester: string;
            /** @description On what */
            resource: string;
            /** @description `pending`, `approved`, `rejected`, `withdrawn`, `expired`, `stale` or `used` */
            status: components["schemas"]["RequestStatus"];
            /** @description What was supplied of the requester */
            subject_attributes?: {
                [key: string]: unknown;
            };
            /** @description When it was used, RFC 3339 */
            used_at?: components["schemas"]["Moment"] | null;
        };
        /** @description `POST /v1/tenants/{tenant}/resources`. */
        ResourceBody: {
            /** @description Stored attributes */
            attributes?: {
                [key: string]: unknown;
            };
            /** @description Its path */
            path: components["schemas"]["ResourcePath"];
        };
        /** @description A page of a list */
        ResourceList: {
            /** @description The items */
            items: components["schemas"]["ResourceView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /**
         * @description A resource's path, outermost first
         * @example project:renovation/state:review/sign:42
         */
        ResourcePath: string;
        /** @description A registered resource. */
        ResourceView: {
            /** @description Stored attributes */
            attributes: {
                [key: string]: unknown;
            };
            /** @description Its path */
            path: string;
        };
        /** @description Every permission of a member at one scope. */
        RightsView: {
            /** @description The rights, by type */
            rights: {
                [key: string]: components["schemas"]["RightView"][];
            };
            /** @description Where */
            scope: string;
            /** @description Whose */
            subject: string;
        };
        /** @description One right of a member, as an editor shows it. */
        RightView: {
            /** @description What comes out: `allow`, `deny`, `approval`, or `depends` where it differs from resource to resource */
            effective: components["schemas"]["Outcome"];
            /** @description What the roles say: `allow` or `deny` */
            inherited: components["schemas"]["Inherited"];
            /** @description `type:action` */
            permission: string;
            /** @description What it is set to: `allow`, `deny` or `inherit` */
            set: components["schemas"]["Setting"];
            /** @description As an editor shows it: `allow`, `deny`, `inherit (allow)` */
            shown: string;
        };
        /** @description A role as an entry of `roles` in a tenant file */
        Role: {
            /** @description What it allows */
            allow?: string[];
            /** @description Roles that its holder may give */
            assigns?: string[];
            /** @description Where it may be assigned: `/` and types; anywhere if left out */
            at?: string[];
            /** @description What it denies */
            deny?: string[];
            /** @description Its id */
            id?: string;
            /** @description Roles whose permissions it has too */
            includes?: string[];
            /** @description What people read there instead of the id, or such words by the condition under which they are read, with `else` */
            title?: string | {
                [key: string]: string;
            };
            /** @description The condition under which it acts, in CEL */
            when?: string;
        };
        /** @description `POST /v1/tenants/{tenant}/roles`: a role as an entry of `roles` in a tenant file. */
        RoleBody: components["schemas"]["Role"];
        /**
         * @description A role's or approval policy's id
         * @example editor
         */
        RoleId: string;
        /** @description A page of a list */
        RoleList: {
            /** @description The items */
            items: components["schemas"]["RoleView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description A role. */
        RoleView: {
            /** @description What it allows, `type:action` each, whatever the conditions */
            allow: string[];
            /** @description How many assignments give it; from 1000 on they are not counted */
            assigned: number;
            /** @description The roles that its holder may give */
            assigns: string[];
            /** @description Where it may be assigned: `/` and types */
            at: string[];
            /** @description As it was written, if it is a custom one */
            body?: components["schemas"]["Role"] | null;
            /** @description Whether it comes from the tenant, and so can be changed */
            custom: boolean;
            /** @description What it denies */
            deny: string[];
            /** @description Its id */
            id: string;
        };
        /**
         * @description Where something acts: `/` for everywhere, or a resource's path
         * @example /
         * @example project:renovation/state:review
         */
        Scope: string;
        /** @description `POST /v1/tenants/{tenant}/invitations/accept`. */
        SecretBody: {
            /** @description The invitation's secret */
            secret: string;
        };
        /** @description A sentence of 1 to 1,000 characters */
        Sentence: string;
        /**
         * @description A service
         * @example service:ci-main
         */
        ServiceId: string;
        /** @description Who is signed in. */
        SessionView: {
            /** @description When the credential ends, RFC 3339; `null` where it does not */
            expires: components["schemas"]["Moment"] | null;
            /** @description Whether it is one of the platform's operators */
            operator: boolean;
            /** @description The subject that the credential stands for */
            subject: string;
        };
        /**
         * @description What a right is set to
         * @enum {string}
         */
        Setting: "allow" | "deny" | "inherit";
        /** @description `PATCH /v1/tenants/{tenant}/settings`: what is left out stays as it is. */
        SettingsEdit: {
            /** @description The account's name */
            account_name?: components["schemas"]["Name"] | null;
            /** @description For how many hours a request for approval waits, and an approved one is good */
            approval_hours?: components["schemas"]["Hours"] | null;
            /** @description For how many hours an invitation is good */
            invitation_hours?: components["schemas"]["Hours"] | null;
            /** @description How many members may have a boolean attribute set, by attribute; operators alone may set it */
            licences?: {
                [key: string]: number;
            } | null;
            /** @description Whether members may be linked with other accounts */
            multiple_accounts?: boolean | null;
            /**
             * @description Roles that nobody of the tenant can give from now on, with the sentence that the refusal shows; operators alone
             *     may set it
             */
            sealed_roles?: {
                [key: string]: components["schemas"]["Sentence"];
            } | null;
            /** @description How many seats there are; operators alone may set it, and 0 means without limit */
            seats?: number | null;
            /** @description How one asks for more seats or licences; a sentence that refusals show */
            seats_contact?: components["schemas"]["Sentence"] | null;
        };
        /** @description The tenant's settings. */
        SettingsView: {
            /** @description The account's name */
            account_name: string;
            /** @description For how many hours a request waits, and an approved one is good */
            approval_hours: number;
            /** @description For how many hours an invitation is good */
            invitation_hours: number;
            /** @description How many members may have an attribute set */
            licences: {
                [key: string]: number;
            };
            /** @description How many have it set */
            licences_taken: {
                [key: string]: number;
            };
            /** @description Whether members may be linked with other accounts */
            multiple_accounts: boolean;
            /** @description Roles that nobody of the tenant can give, with the sentence that refusals show */
            sealed_roles: {
                [key: string]: string;
            };
            /** @description How many seats there are; nothing for no limit */
            seats: number | null;
            /** @description How one asks for more */
            seats_contact: string | null;
            /** @description How many are taken */
            seats_taken: number;
        };
        /** @description A member's status. */
        StatusForm: "invited" | "active" | "deactivated" | "locked";
        /** @description `POST /v1/tenants/{tenant}/support`. */
        SupportBody: {
            /** @description Why */
            reason: components["schemas"]["Sentence"];
            /** @description The role that it has meanwhile */
            role: components["schemas"]["RoleId"];
            /** @description The support user: `support:vendor` */
            subject: components["schemas"]["SupportId"];
            /** @description When it ends, RFC 3339; four hours from now if left out */
            until?: components["schemas"]["Moment"] | null;
        };
        /**
         * @description A support user
         * @example support:vendor
         */
        SupportId: string;
        /** @description Support access. */
        SupportView: {
            /** @description Who authorised it */
            authorised_by: string | null;
            /** @description Whether it is open now */
            open: boolean;
            /** @description Why */
            reason: string | null;
            /** @description The role that it has */
            role: string | null;
            /** @description Since when, RFC 3339 */
            since: components["schemas"]["Moment"] | null;
            /** @description The support user */
            subject: string | null;
            /** @description Until when, RFC 3339 */
            until: components["schemas"]["Moment"] | null;
        };
        /** @description A tenant as a tenant file */
        TenantFile: {
            /** @description The approval policies */
            approval_policies: components["schemas"]["FilePolicy"][];
            /** @description What members and groups were given */
            assignments: components["schemas"]["FileAssignment"][];
            /** @description The groups */
            groups: components["schemas"]["FileGroup"][];
            /** @description The members */
            members: components["schemas"]["FileMember"][];
            /** @description What single members were allowed or denied */
            overrides: components["schemas"]["FileOverride"][];
            /** @description The registered resources */
            resources: components["schemas"]["FileResource"][];
            /** @description The tenant's own roles */
            roles: components["schemas"]["Role"][];
            /** @description The settings, where any were ever set */
            settings?: components["schemas"]["FileSettings"] | null;
        };
        /**
         * @description A tenant's name
         * @example acme
         */
        TenantName: string;
        /** @description A part of a tenant as a tenant file: the first has all but the members, each has some of these */
        TenantPart: {
            /** @description The approval policies */
            approval_policies: components["schemas"]["FilePolicy"][];
            /** @description What members and groups were given */
            assignments: components["schemas"]["FileAssignment"][];
            /** @description The groups */
            groups: components["schemas"]["FileGroup"][];
            /** @description The members */
            members: components["schemas"]["FileMember"][];
            /** @description The cursor of the next part; the last has none */
            next?: string | null;
            /** @description What single members were allowed or denied */
            overrides: components["schemas"]["FileOverride"][];
            /** @description The registered resources */
            resources: components["schemas"]["FileResource"][];
            /** @description The tenant's own roles */
            roles: components["schemas"]["Role"][];
            /** @description The settings, where any were ever set */
            settings?: components["schemas"]["FileSettings"] | null;
        };
        /** @description `POST /v1/tenants/{tenant}/tokens`. */
        TokenBody: {
            /** @description When it ends, RFC 3339; never if left out */
            expires?: components["schemas"]["Moment"] | null;
            /** @description What people call it */
            name: components["schemas"]["Name"];
            /** @description The service that it stands for: `service:ci-main` */
            subject: components["schemas"]["ServiceId"];
        };
        /** @description A page of a list */
        TokenList: {
            /** @description The items */
            items: components["schemas"]["TokenView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /** @description An API token, without its secret. */
        TokenView: {
            /** @description When it was made, RFC 3339 */
            created_at: components["schemas"]["Moment"];
            /** @description Who made it */
            created_by: string;
            /** @description When it ends, RFC 3339 */
            expires: components["schemas"]["Moment"] | null;
            /** @description The first characters of its secret, to tell tokens apart */
            hint: string;
            /** @description Its id */
            id: string;
            /** @description What people call it */
            name: string;
            /** @description Whether it was revoked */
            revoked: boolean;
            /** @description When its secret was replaced last, RFC 3339 */
            rotated_at: components["schemas"]["Moment"] | null;
            /** @description The service that it stands for */
            subject: string;
        };
        /**
         * @description A user
         * @example user:ann
         */
        UserId: string;
        /** @description Somebody's word on a request. */
        Vote: {
            /** @description When, RFC 3339 */
            at: components["schemas"]["Moment"];
            /** @description Whose */
            by: string;
            /** @description Why */
            reason?: string | null;
        };
        /** @description `POST /v1/tenants/{tenant}/webhooks`. */
        WebhookBody: {
            /** @description The events that are delivered: `invitation.sent`, `request.*`; all if left out */
            events?: components["schemas"]["EventPattern"][];
            /** @description Where deliveries go: an https URL */
            url: components["schemas"]["WebhookUrl"];
        };
        /** @description `PATCH /v1/tenants/{tenant}/webhooks/{id}`: what is left out stays as it is. */
        WebhookEdit: {
            /** @description Whether anything is delivered */
            enabled?: boolean | null;
            /** @description The events that are delivered */
            events?: components["schemas"]["EventPatterns"] | null;
            /**
             * @description Whether it is to have a new secret
             * @default false
             */
            new_secret?: boolean;
            /** @description Where deliveries go */
            url?: components["schemas"]["WebhookUrl"] | null;
        };
        /** @description A page of a list */
        WebhookList: {
            /** @description The items */
            items: components["schemas"]["WebhookView"][];
            /** @description Where the next page begins, for `cursor`; left out on the last one */
            next?: string;
        };
        /**
         * Format: uri
         * @description An https URL with a public name. Operators may name this machine, for development
         * @example https://hooks.example.com/countersign
         */
        WebhookUrl: string;
        /** @description A webhook, without its secret. */
        WebhookView: {
            /** @description How many failed for good */
            dead: number;
            /** @description Whether anything is delivered */
            enabled: boolean;
            /** @description The events that are delivered; all if none is named */
            events: string[];
            /** @description Its id */
            id: string;
            /** @description Whether it is told secrets, such as an invitation's: only where an administrator said where it goes */
            secrets: boolean;
            /** @description Where deliveries go */
            url: string;
            /** @description How many deliveries wait */
            waiting: number;
        };
    };
    responses: {
        /** @description The request is not of the form that is described here; `detail` says where */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It makes sense, but not as things are; `detail` says what to do first */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description You may not do this; `detail` says whom to ask */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such thing, or you may not know of it */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It is still what `If-None-Match` names */
        NotModified: {
            headers: {
                "Countersign-Revision": components["headers"]["Countersign-Revision"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description It has changed since the state that `If-Match` names, or has not come to what `Countersign-Min-Revision` names */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It could not be decided now: nothing was done, or it cannot be told. Try again */
        ServiceUnavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no room for one more */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nobody is signed in: there is no credential, or none that is good */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The form is right and the content makes no sense here; `detail` says why */
        UnprocessableContent: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not announced as `application/json` */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description This is a WebSocket: ask with `Upgrade: websocket` */
        UpgradeRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Where the page begins: `next` of the page before */
        Cursor: string;
        /** @description Whether only the impact is wanted, and nothing is to change */
        DryRun: boolean;
        /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
        IdempotencyKey: string;
        /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
        IfMatch: string;
        /** @description The `ETag` of what you have: answered with 304 if it is still that */
        IfNoneMatch: string;
        /** @description How many items at most */
        Limit: number;
        /** @description The revision that you have seen: nothing older is answered with */
        MinRevision: number;
        /** @description Why, for the audit log */
        Reason: string;
        /**
         * @description The tenant's name
         * @example acme
         */
        Tenant: components["schemas"]["TenantName"];
    };
    requestBodies: never;
    headers: {
        /** @description The tenant's revision: send it as `Countersign-Min-Revision`, and nothing older decides */
        "Countersign-Revision": number;
        /** @description The revision at which this last changed, for `If-Match` and `If-None-Match` */
        ETag: string;
        /** @description Where more of it is, RFC 8288: `<…>; rel="next"` */
        Link: string;
        /** @description The address of what was made */
        Location: string;
        /** @description The session's cookie, or its end */
        "Set-Cookie": string;
        /** @description How to sign in */
        "WWW-Authenticate": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    beginSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is signed in */
            200: {
                headers: {
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is ended */
            204: {
                headers: {
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putTenant: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Import"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listApprovalPolicies: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalPolicyList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createApprovalPolicy: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalPolicyBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getApprovalPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalPolicyView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putApprovalPolicy: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalPolicyBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteApprovalPolicy: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAssignments: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
                /** @description Only those that give this role */
                role?: string;
                /** @description Only those of this holder: `user:…` or `group:…` */
                to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createAssignment: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Assign"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAssignment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteAssignment: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createAssignmentBulk: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneMany"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneMany"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Only entries of this actor */
                actor?: string;
                /** @description Only entries behind this number */
                after?: number;
                /** @description Only entries of this command */
                command?: string;
                /** @description How many entries at most; no more than 200 are */
                limit?: number;
                /** @description Only entries with this outcome: `done`, or the code of a refusal */
                outcome?: string;
                /** @description Only entries from this moment on */
                since?: components["schemas"]["Moment"];
                /** @description Only entries before this moment */
                until?: components["schemas"]["Moment"];
                /** @description Only entries about this, as `what` of a change says: `member:user:ann` */
                what?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAuditCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAuditLine: {
        parameters: {
            query?: {
                /** @description Only entries behind this number */
                after?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One entry a line */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getExportPart: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantPart"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listGroups: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createGroup: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putGroup: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteGroup: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listGroupMembers: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putGroupMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteGroupMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createImport: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportPart"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneImporting"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteInvitation: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    acceptInvitation: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createLink: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteLink: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    acceptLink: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMyLinks: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMyNotifications: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    readMyNotification: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdsBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMySnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description The revision that you have seen: nothing older is answered with */
                "Countersign-Min-Revision"?: components["parameters"]["MinRevision"];
                /** @description Whose snapshot you have: somebody else's is not answered with 304 */
                "Countersign-Snapshot-Subject"?: string;
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The snapshot, for `Checker.load` of the npm package */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    watchMySnapshot: {
        parameters: {
            query?: {
                /** @description The revision of the snapshot that you have, if you want to be told only whether it is still so */
                revision?: number;
                /** @description Whose snapshot that is: if somebody else's, you are sent your own */
                subject?: string;
            };
            header?: {
                /** @description The revision that you have seen: nothing older is answered with */
                "Countersign-Min-Revision"?: components["parameters"]["MinRevision"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The WebSocket */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Part of the name of an account that the member works in */
                account?: string;
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only members of this group */
                group?: string;
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
                /** @description Part of the name, first or last name */
                name?: string;
                /** @description Only members with this status */
                status?: components["schemas"]["StatusForm"];
                /** @description Part of the name, first or last name, user name or address */
                text?: string;
                /** @description Part of the user name */
                user_name?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMember"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    editMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberEdit"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    activateMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deactivateMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    inviteMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    lockMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putMemberOverrides: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverrideBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putMemberOverrideAll: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverridesBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMemberRights: {
        parameters: {
            query?: {
                /** @description Where; the root if left out */
                scope?: components["schemas"]["Scope"];
            };
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RightsView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    unlockMember: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Who: `user:…`, `service:…` or `support:…`
                 * @example user:ann
                 */
                subject: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createNotification: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotifyBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneNotifying"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRequests: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
                /** @description Only those that are so far */
                status?: components["schemas"]["RequestStatus"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createRequest: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    approveRequest: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rejectRequest: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resubmitRequest: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    useRequest: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    withdrawRequest: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getResource: {
        parameters: {
            query: {
                /** @description The resource's path */
                path: components["schemas"]["ResourcePath"];
            };
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putResource: {
        parameters: {
            query: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
                /** @description The resource's path */
                path: components["schemas"]["ResourcePath"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AttributesBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteResource: {
        parameters: {
            query: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
                /** @description The resource's path */
                path: components["schemas"]["ResourcePath"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listResources: {
        parameters: {
            query?: {
                /** @description Only those below this path */
                below?: string;
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createResource: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResourceBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    moveResource: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRoles: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createRole: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleBody"] & Record<string, never>;
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putRole: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteRole: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    editSettings: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsEdit"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getSupport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have: answered with 304 if it is still that */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupportView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createSupport: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SupportBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteSupport: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createToken: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneToken"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteToken: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rotateToken: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneToken"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createWebhook: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookBody"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneWebhook"] | components["schemas"]["Impact"];
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneWebhook"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    editWebhook: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you read and are about to change: refused with 412 if it has changed since */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEdit"];
            };
        };
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoneWebhook"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listWebhookDeadLetters: {
        parameters: {
            query?: {
                /** @description Where the page begins: `next` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many items at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    redeliverWebhookDeadLetter: {
        parameters: {
            query?: {
                /** @description Whether only the impact is wanted, and nothing is to change */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description Why, for the audit log */
                "Countersign-Reason"?: components["parameters"]["Reason"];
                /** @description A key of your own for this command: sent again within a day, it is applied once and answered as the first time */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The delivery's id
                 * @example m17
                 */
                delivery: string;
                /**
                 * @description Its id
                 * @example a17
                 */
                id: string;
                /**
                 * @description The tenant's name
                 * @example acme
                 */
                tenant: components["parameters"]["Tenant"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was done; or, with `dry_run=true`, what it would do */
            200: {
                headers: {
                    "Countersign-Revision": components["headers"]["Countersign-Revision"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"] | components["schemas"]["Impact"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
