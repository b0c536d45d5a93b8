/** A self-signed X.509 certificate for 127.0.0.1 and localhost, in the few DER forms that it needs (RFC 5280). */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const set = (...parts: Buffer[]) => der(0x31, ...parts)
const explicit = (number: number, ...parts: Buffer[]) => der(0xa0 | number, ...parts)
const octets = (...parts: Buffer[]) => der(0x04, ...parts)
const bits = (bytes: Buffer) => der(0x03, Buffer.from([0]), bytes)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const text = (value: string) => der(0x0c, Buffer.from(value, 'utf8'))
const integer = (bytes: Buffer) => der(0x02, bytes)
const yes = der(0x01, Buffer.from([0xff]))

/** GeneralizedTime, YYYYMMDDHHMMSSZ */
const time = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`))

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
}
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
const YEARS_VALID = 20

export type Certificate = { keyPem: string; certificatePem: string }

export const createCertificate = (): Certificate => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const name = sequence(set(sequence(oid(OID.commonName), text('WhatsApp simulator'))))
  const from = new Date(Date.now() - 24 * 3_600_000)
  const until = new Date(from)
  until.setUTCFullYear(until.getUTCFullYear() + YEARS_VALID)
  const names = sequence(
    der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])),
    der(DNS_NAME, Buffer.from('localhost')),
  )
  const toSign = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])), // leading 1: positive, never 0
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    explicit(
      3,
      sequence(
        sequence(oid(OID.basicConstraints), yes, octets(sequence(yes))),
        sequence(oid(OID.subjectAltName), octets(names)),
      ),
    ),
  )
  const certificate = sequence(toSign, algorithm, bits(sign('sha256', toSign, privateKey)))
  const base64 = certificate.toString('base64').replace(/.{1,64}/g, '$&\n')
  return {
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificatePem: `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`,
  }
}
