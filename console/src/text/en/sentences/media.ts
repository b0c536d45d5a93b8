import type { mediaSentences } from '../../../../../src/domain/sentences/media.js'
import type { TextsOf } from '../../sentence-texts.js'

const smaller = 'Make it smaller, and choose it again.'

export const media: TextsOf<typeof mediaSentences> = {
  imagePath: 'Give the path of an image file.',
  imageExpected: 'Choose an image.',
  imageUploaded: 'This image is not known here. Choose it again.',
  imageTooBig: ({ megabytes }) => `This image has ${megabytes} MB, and 16 MB is the most. ${smaller}`,
  imageMissing: ({ file }) => `There is no image file ${file}.`,
  imageFolder: ({ file }) => `${file} is a folder, and no image file.`,
  imageUnreadable: ({ file }) => `The image file ${file} may not be read.`,
  imageKind: ({ found }, { say }) =>
    `This is ${say(found)}. Save it as a JPEG, PNG or WebP image, and choose it again.`,
  imageTooManyPixels: ({ most, has, size }) =>
    `This image has ${has} million pixels (${size}), and ${most} million is the most. ${smaller}`,
  phraseAnimated: ({ count }, { number }) =>
    `an animated image (${number(count)} pictures), and WhatsApp shows none of those`,
  phraseUndecodable: 'an image that cannot be read',
  phraseNone: 'no image',
  phraseAnimatedPng: 'an animated PNG',
  phraseGif: 'a GIF',
  phraseAvif: 'an AVIF',
  phraseHeic: 'a HEIC image or a video',
  phraseUnknownBytes: 'no kind of image that is known here',
}
