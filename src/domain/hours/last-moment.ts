/**
 * Nothing is begun in the last moment before a window's end or a deadline, in ms: what may pass between the statement
 * that allows a send and its stanza on the wire, so that none is on the wire after them.
 */
export const lastMomentMs = 500
