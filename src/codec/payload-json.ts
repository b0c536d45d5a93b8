import type { Payload } from '@temporalio/common'
import { z } from 'zod'

const base64 = z.string().regex(/^[\w+/-]*={0,2}$/, 'expected bytes in base64')

/** A payload in Protobuf's JSON, where bytes are base64. */
export const payloadJson = z.object({
  metadata: z.record(z.string(), base64).nullish(),
  data: base64.nullish(),
})

export function fromJson({ metadata, data }: z.output<typeof payloadJson>): Payload {
  return {
    metadata: mapValues(metadata ?? {}, (text) => Buffer.from(text, 'base64')),
    data: Buffer.from(data ?? '', 'base64'),
  }
}

export function toJson({ metadata, data }: Payload): z.input<typeof payloadJson> {
  const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64')
  return { metadata: mapValues(metadata ?? {}, text), data: text(data) }
}

function mapValues<From, To>(record: Record<string, From>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}
