/** What is expected of an image. */
export const mediaSentences = {
  imagePath: 'expected the path of an image file',
  imageExpected: 'expected an image',
  imageUploaded: 'expected the `media` of an image that was uploaded before (POST /v1/media)',
  imageTooBig: 'expected an image of at most 16 MB, and this one has {megabytes} MB',
  imageMissing: 'expected an image file, and there is no {file}',
  imageFolder: 'expected an image file, and {file} is a folder',
  imageUnreadable: 'expected a readable image file, and {file} may not be read',
  imageKind: 'expected a JPEG, PNG or WebP image, and this is {found:sentence}',
  imageTooManyPixels:
    'expected an image of at most {most} million pixels, and this one has {has} million ({size})',
  phraseAnimated: 'an animated one ({count:number} pictures): WhatsApp shows none of those',
  phraseUndecodable: 'none that can be decoded[[ ({why})]]',
  phraseNone: 'none',
  phraseAnimatedPng: 'an animated PNG',
  phraseGif: 'a GIF',
  phraseAvif: 'an AVIF',
  phraseHeic: 'a HEIC image or a video',
  phraseUnknownBytes: 'none that is known by its first bytes',
} as const
