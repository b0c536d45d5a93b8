import { join } from 'node:path'
import { startProgram, type Program } from './program.js'
import type { CampaignSystem } from './system.js'

/** A program with nothing of Carillon's, which is given where the local WhatsApp is, and then `args`. */
export async function startBareProgram(
  { whatsapp, logsDir }: Pick<CampaignSystem, 'whatsapp' | 'logsDir'>,
  { program, args }: { program: string; args: string[] },
): Promise<Program> {
  const { controlUrl, whatsappUrl, trustFile, caFile } = await whatsapp.endpoints()
  return startProgram({
    program,
    nodeArguments: ['--import', new URL('../../simulator/trust.js', import.meta.url).href],
    args: [controlUrl, whatsappUrl, ...args],
    env: { SIMULATOR_TRUST: trustFile, NODE_EXTRA_CA_CERTS: caFile },
    logFile: join(logsDir, 'bare.log'),
  })
}
