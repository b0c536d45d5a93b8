import { toBuffer, toString as drawText } from 'qrcode'
import { z } from 'zod'
import { CarillonError } from '../../../client/errors.js'
import type { CarillonClient } from '../../../client/client.js'
import { pairingInput } from '../../../client/input/schema/requests.js'
import { pairingAnswer } from '../answers/accounts.js'
import { checked, ok, reply, route, type Route } from '../route.js'
import { say } from '../../../domain/sentences/say.js'

const tag = 'Pairing'
// A code is the key to the account for as long as it is shown.
const notKept = { 'Cache-Control': 'no-store' }

export const pairingRoutes: Route[] = [
  route({
    id: 'startPairing',
    method: 'post',
    path: '/accounts/{account}/pairing',
    tag,
    summary: 'Link the account to a phone, by QR code or by pairing code',
    description:
      'Answers at once. What to show is in the pairing, a moment later, and another one every 20 s or so.',
    role: 'owner',
    body: checked(pairingInput),
    repetition: 'row',
    statuses: { 202: 'It is begun: read the pairing.', 200: 'It is linked already.' },
    answer: pairingAnswer,
    errors: ['conflict'],
    handle: async ({ client, params, body }) => {
      const { method, phoneNumber, timeoutMs, otherNumber } = body
      const view = await client.accounts.startPairing({
        id: params.account,
        method,
        ...(phoneNumber !== undefined && { phoneNumber }),
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(otherNumber !== undefined && { otherNumber }),
      })
      return reply(view.method === null ? 200 : 202, view, notKept)
    },
  }),
  route({
    id: 'showPairing',
    method: 'get',
    path: '/accounts/{account}/pairing',
    tag,
    summary: 'What to show for the account to be linked, and whether it is',
    role: 'owner',
    statuses: { 200: 'The state of the account, and the code to show now, if there is one.' },
    answer: pairingAnswer,
    handle: async ({ client, params }) => ok(await client.accounts.pairing(params.account), notKept),
  }),
  route({
    id: 'pairingQrPng',
    method: 'get',
    path: '/accounts/{account}/pairing/qr.png',
    tag,
    summary: 'The QR code to scan now, as a PNG',
    role: 'owner',
    query: z.object({
      size: z
        .int()
        .min(100)
        .max(2_000)
        .optional()
        .meta({ description: 'Its width in pixels; 400 when not given.' }),
    }),
    statuses: { 200: 'The picture.' },
    contentType: 'image/png',
    handle: async ({ client, params, query }) => {
      const png = await toBuffer(await qrOf(client, params.account), {
        type: 'png',
        width: query.size ?? 400,
      })
      return ok(png, { 'Content-Type': 'image/png', ...notKept })
    },
  }),
  route({
    id: 'pairingQrSvg',
    method: 'get',
    path: '/accounts/{account}/pairing/qr.svg',
    tag,
    summary: 'The QR code to scan now, as an SVG',
    role: 'owner',
    statuses: { 200: 'The picture.' },
    contentType: 'image/svg+xml',
    handle: async ({ client, params }) => {
      const svg = await drawText(await qrOf(client, params.account), { type: 'svg' })
      return ok(Buffer.from(svg), { 'Content-Type': 'image/svg+xml', ...notKept })
    },
  }),
]

async function qrOf(client: CarillonClient, account: string): Promise<string> {
  const { method, challenge } = await client.accounts.pairing(account)
  if (method === 'qr' && challenge !== null) return challenge
  throw new CarillonError('not_found', say('noQrCode', { account }))
}
