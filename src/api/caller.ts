export const roles = ['viewer', 'editor', 'owner'] as const
export type Role = (typeof roles)[number]

/** Who asks: a token of an operator. */
export type Caller = {
  operatorId: string
  tokenId: string
  /** That of the token, which is the audit's "who". */
  name: string
  role: Role
}

/** Undefined for a request that nobody is known to have sent. */
export type Authenticate = (request: Request) => Promise<Caller | undefined>

/** Each role may do what those before it may. */
export function mayAct(caller: Caller, needed: Role): boolean {
  return roles.indexOf(caller.role) >= roles.indexOf(needed)
}
