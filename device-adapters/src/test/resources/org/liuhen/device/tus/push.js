// Pushes a file with tus-js-client: node push.js MODE ENDPOINT TOKEN FILE CASE. Prints the recording that came of it.
'use strict'
const fs = require('fs')
const { PassThrough } = require('stream')
const tus = require('tus-js-client')

const [mode, endpoint, token, file, caseNumber] = process.argv.slice(2)
let recording = ''
let paused = false

const options = {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { case: caseNumber, filename: `${mode}.mp4`, filetype: 'video/mp4' },
  retryDelays: [0, 200, 1000, 3000],
  chunkSize: 310_000,
  onAfterResponse: (request, response) => {
    recording = response.getHeader('Liuhen-Recording') || recording
  },
  onError: (error) => {
    console.error(String(error))
    process.exit(1)
  },
  onSuccess: () => console.log(recording),
}

function pausing(upload) {
  options.onProgress = upload.options.onProgress = (sent, total) => {
    if (!paused && sent > total / 3) {
      paused = true
      upload.abort().then(() => {
        const again = new tus.Upload(source(), { ...options, uploadUrl: upload.url })
        again.start()
      })
    }
  }
  upload.start()
}

function source() {
  // as a camera does it that is still recording: a stream of nobody knows how many bytes
  return mode === 'deferred' ? fs.createReadStream(file).pipe(new PassThrough()) : fs.readFileSync(file)
}

switch (mode) {
  case 'paused':
    pausing(new tus.Upload(source(), options))
    break
  case 'parallel':
    new tus.Upload(source(), { ...options, parallelUploads: 4 }).start()
    break
  case 'deferred':
    new tus.Upload(source(), { ...options, uploadLengthDeferred: true }).start()
    break
  case 'at-once':
    new tus.Upload(source(), { ...options, uploadDataDuringCreation: true, chunkSize: Infinity }).start()
    break
  case 'override':
    new tus.Upload(source(), { ...options, overridePatchMethod: true }).start()
    break
  case 'terminated': {
    const upload = new tus.Upload(source(), {
      ...options,
      onChunkComplete: () => upload.abort(true).then(() => console.log('gone'), options.onError),
    })
    upload.start()
    break
  }
  default:
    throw new Error(`mode: ${mode}`)
}
