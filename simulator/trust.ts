/**
 * Preload of the process under test: `node --import <this file>`, with SIMULATOR_TRUST naming the file that the
 * simulator wrote. It makes Baileys trust the simulator's root key in place of WhatsApp's; it changes nothing else.
 */
import { readFileSync } from 'node:fs'
import { WA_CERT_DETAILS } from '@whiskeysockets/baileys'
import { z } from 'zod'

const trust = z.object({ rootPublicKey: z.string().regex(/^[0-9a-f]{64}$/) })

const path = process.env.SIMULATOR_TRUST
if (path === undefined || path === '')
  throw new Error(
    'SIMULATOR_TRUST is not set: set it to the trust file that the simulator prints at its start',
  )

const { rootPublicKey } = trust.parse(JSON.parse(readFileSync(path, 'utf8')))
WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootPublicKey, 'hex')
