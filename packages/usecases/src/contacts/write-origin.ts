import type { TenantScope } from "@roster/domain/accounts/scope.ts";
import type { ChangeSource } from "@roster/store/history/contact-history.ts";

/** Who writes contacts. */
export type Origin = {
  source: ChangeSource;
  /** The job that writes, if one does: contacts it creates carry its id, contacts it changes leave a before-image. */
  jobId: string | null;
  /** How contacts created here came about, unless a row says it itself. */
  createdFrom: string | null;
};

/** How a request changes contacts, and what the history says of it. */
export function requestOrigin(scope: TenantScope): Origin {
  return { source: { kind: "key", id: scope.keyId }, jobId: null, createdFrom: null };
}
