import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common'

/** Stands for a payload that could not be decoded. */
export const malformedPayload = { carillonMalformedPayload: true } as const

/**
 * The default converter, except that a payload it cannot decode becomes `malformedPayload`. Signals are sent by hand
 * from the Temporal Web UI and the CLI; where decoding throws, the SDK fails the workflow task again and again and the
 * workflow is wedged. This way the handler sees a payload of the wrong shape, logs it and ignores it.
 */
class TolerantPayloadConverter implements PayloadConverter {
  toPayload<T>(value: T): Payload {
    return defaultPayloadConverter.toPayload(value)
  }

  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload)
    } catch (error) {
      // The error may quote the payload, so only its kind is kept.
      return { ...malformedPayload, error: error instanceof Error ? error.name : 'unknown' } as T
    }
  }
}

export const payloadConverter: PayloadConverter = new TolerantPayloadConverter()
