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
}): string {
  if (isTls) return ', over TLS'
  return loopback.test(host) ? '' : `, not encrypted: whoever is on the way can read it (${setting})`
}
