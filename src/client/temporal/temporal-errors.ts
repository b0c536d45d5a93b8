import { isGrpcServiceError } from '@temporalio/client'
import { grpcInvalidArgument, grpcNotFound, grpcUnavailable } from '../../grpc-codes.js'
import { CarillonError } from '../errors.js'
import { say } from '../../domain/sentences/say.js'

/** The gRPC code of an error or of what caused it. */
export function grpcCode(error: unknown): number | undefined {
  for (let current = error; current instanceof Error; current = current.cause)
    if (isGrpcServiceError(current)) return current.code
  return undefined
}

/** The words of it, for what the code does not tell apart; of an update-with-start they are in the message (SDK 1.24). */
export function grpcWords(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause)
    if (isGrpcServiceError(current)) return `${current.message} ${current.details}`
  return ''
}

/** Makes an error that the operator can act on of a refusal by Temporal; other errors stay as they are. */
export function explainTemporalError(error: unknown): unknown {
  const code = grpcCode(error)
  if (code === grpcUnavailable) return new CarillonError('unreachable', say('temporalAway'), { cause: error })
  if (code === grpcInvalidArgument && /search attribute/i.test(grpcWords(error)))
    return new CarillonError(
      'not_ready',
      'The search attributes of Carillon are not registered in this Temporal namespace: `carillon doctor` says how.',
      { cause: error },
    )
  if (code === grpcNotFound && /namespace/i.test(grpcWords(error)))
    return new CarillonError(
      'not_ready',
      'Temporal has no such namespace: create it, or set TEMPORAL_NAMESPACE to one that exists.',
      { cause: error },
    )
  return error
}
