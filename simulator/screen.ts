/** What a person who starts the simulator by hand sees. */
import type { Endpoints } from './contract.js'

export const USAGE = `A local WhatsApp for unmodified Baileys.

  --port <n>          WebSocket of WhatsApp      (default: that of last time, or any free one)
  --control-port <n>  control API, HTTP          (same)
  --media-port <n>    media upload and download  (same)
  --state <dir>       keep everything there between starts; without it, all is gone at the end
  --json              print one line of JSON when ready
  --quiet             print nothing but errors that end it
  --help              this text`

export const screen = (
  at: Endpoints,
  trustModule: string,
  state: string | undefined,
): string => `WhatsApp simulator

  WhatsApp   ${at.whatsappUrl}
  media      ${at.mediaUrl}
  control    ${at.controlUrl}
  state      ${state ?? 'none: gone at the end (--state <dir> keeps it)'}

Connect Carillon, or your own Baileys, in another terminal:

  export CARILLON_WHATSAPP_URL=${at.whatsappUrl}
  export SIMULATOR_TRUST=${at.trustFile}
  export NODE_OPTIONS="--import ${trustModule}"
  export NODE_EXTRA_CA_CERTS=${at.caFile}

Create an account and a group, then scan the QR that your app shows:

  curl -d '{"phone":"15550001111"}' ${at.controlUrl}/accounts
  curl -d '{"subject":"Parents","members":["15550001111","15550001001","15550001002"]}' ${at.controlUrl}/groups
  curl -d '{"account":"15550001111","qr":"<the QR as text>"}' ${at.controlUrl}/pairing/qr

What the recipients read:  curl ${at.controlUrl}/inboxes
Stop with Ctrl-C.`
