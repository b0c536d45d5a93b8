import { say } from '../domain/sentences/say.js'
import type { Sentence } from '../domain/sentences/sentence.js'

const loopback = /^(localhost|127(\.\d+){3}|::1|\/.*|)$/

/** For the line of what was reached: whether what is said there can be read on the way. Nothing of what stays on this machine. */
export function encryptionText({
  host,
  isTls,
  setting,
}: {
  /** Empty, or a path, for a socket of this machine. */
  host: string
  isTls: boolean
  /** What would turn TLS on. */
  setting: string
}): Sentence | undefined {
  if (isTls) return say('phraseDoctorTls')
  return loopback.test(host) ? undefined : say('phraseDoctorNoTls', { setting })
}
