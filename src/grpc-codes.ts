/** The gRPC status codes that Temporal answers with (https://grpc.io/docs/guides/status-codes/), as far as we tell them apart. */
export const grpcInvalidArgument = 3
export const grpcDeadlineExceeded = 4
export const grpcNotFound = 5
export const grpcAlreadyExists = 6
export const grpcResourceExhausted = 8
export const grpcFailedPrecondition = 9
export const grpcAborted = 10
export const grpcUnavailable = 14
