/** A client that traces puts its span into this header, which is the SDK's own and a part of the history. */
export const traceHeader = '_tracer-data'
