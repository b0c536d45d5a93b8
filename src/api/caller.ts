import type { Access } from '../domain/access.js'

/** Who asks: a token of an operator. `forOperator` of the client takes it as it is. */
export type Caller = Access & { tokenId: string }

/** Undefined for a request that nobody is known to have sent. */
export type Authenticate = (request: Request) => Promise<Caller | undefined>
