import { banReasons, failureAdvice, neverLinked, pairingRefusals } from '../failures.js'

const banned = failureAdvice.AccountTemporarilyBanned

/** How a send or a session failed, and what to do (`domain/failures.ts`). */
export const failureSentences = {
  ...failureAdvice,
  neverLinked,
  pairingRefused400: pairingRefusals[400],
  pairingRefused401: pairingRefusals[401],
  pairingRefused403: pairingRefusals[403],
  pairingRefused411: pairingRefusals[411],
  pairingRefused429: pairingRefusals[429],
  pairingRefused516: pairingRefusals[516],
  banned101: `${banned} ${banReasons[101]}`,
  banned102: `${banned} ${banReasons[102]}`,
  banned103: `${banned} ${banReasons[103]}`,
  banned104: `${banned} ${banReasons[104]}`,
  banned106: `${banned} ${banReasons[106]}`,
  withCode: "{advice:sentence} (WhatsApp's code: {code})",
  proxyUnreachable:
    "The proxy at {place} cannot be reached. Start it, or set another with `carillon account set --proxy`. It is tried again by itself.[[ (The proxy's code: {code})]]",
  proxyRefused:
    "The proxy at {place} refused the connection. Check its name and password and whether it lets WhatsApp through, or set another with `carillon account set --proxy`. It is tried again by itself.[[ (The proxy's code: {code})]]",
} as const
