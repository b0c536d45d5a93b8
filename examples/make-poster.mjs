// Draws examples/class-trip.jpg, the picture of the example reminder: node examples/make-poster.mjs
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const width = 1080
const height = 1350

const stars = Array.from({ length: 60 }, (_, i) => {
  const x = (i * 397) % width
  const y = (i * 211) % 520
  return `<circle cx="${x}" cy="${y}" r="${1 + (i % 3)}" fill="#fff" opacity="${0.25 + (i % 5) / 10}"/>`
}).join('')

const ridge = (points, fill) => `<polygon points="${points}" fill="${fill}"/>`
const windows = Array.from(
  { length: 6 },
  (_, i) => `<rect x="${318 + i * 78}" y="1008" width="62" height="62" rx="10" fill="#cfe8f7"/>`,
).join('')
const wheel = (x) =>
  `<circle cx="${x}" cy="1166" r="40" fill="#20222b"/><circle cx="${x}" cy="1166" r="17" fill="#9aa3ad"/>`

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Verdana, sans-serif">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#1d2b53"/><stop offset="0.45" stop-color="#7a4a7c"/>
      <stop offset="0.75" stop-color="#f2915a"/><stop offset="1" stop-color="#ffd27f"/>
    </linearGradient>
  </defs>
  <rect width="${width}" height="${height}" fill="url(#sky)"/>
  ${stars}
  <circle cx="790" cy="720" r="120" fill="#fff2c4"/>
  ${ridge('0,900 180,640 330,800 520,560 740,840 900,700 1080,900 1080,1350 0,1350', '#4b3b63')}
  ${ridge('0,1000 240,820 460,980 700,800 1080,1010 1080,1350 0,1350', '#35305a')}
  <rect y="1160" width="${width}" height="190" fill="#23243a"/>
  ${Array.from({ length: 9 }, (_, i) => `<rect x="${i * 130 - 20}" y="1258" width="70" height="10" fill="#e8c667"/>`).join('')}
  <rect x="285" y="970" width="520" height="190" rx="34" fill="#f5b82e"/>
  <rect x="285" y="1092" width="520" height="16" fill="#20222b"/>
  ${windows}
  ${wheel(400)}${wheel(690)}
  <rect x="786" y="1112" width="26" height="22" rx="8" fill="#fff6d8"/>
  <g fill="#fff" text-anchor="middle">
    <text x="540" y="210" font-size="116" font-weight="bold">Class trip</text>
    <text x="540" y="296" font-size="54" fill="#ffe3ac">to the lakes</text>
    <text x="540" y="430" font-size="46">The bus leaves at 8:00, sharp</text>
    <text x="540" y="496" font-size="36" fill="#f3d9e6">Bring lunch, water and a raincoat</text>
  </g>
</svg>`

const file = fileURLToPath(new URL('class-trip.jpg', import.meta.url))
const { size } = await sharp(Buffer.from(svg)).jpeg({ quality: 82, mozjpeg: true }).toFile(file)
process.stdout.write(`${file}: ${Math.round(size / 1024)} kB\n`)
