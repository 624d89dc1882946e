import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BlobWriter, compressions } from './blob-writer.ts';

const lines = Array.from({ length: 20_000 }, (_, at) => `{"row":${at},"name":"Zoë 🚪"}\n`);

test.each(compressions.filter((compression) => compression !== 'zstd'))(
  'what is written piece by piece is the whole file: %s',
  async (compression) => {
    const writer = new BlobWriter(compression);
    for (const line of lines) await writer.write(line);
    const file = await writer.close('application/x-ndjson');
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(writer.size).toBe(bytes.length);
    expect((compression === 'none' ? bytes : gunzipSync(bytes)).toString()).toBe(lines.join(''));
  },
);

test('an aborted one takes nothing more, and complains nowhere', async () => {
  const writer = new BlobWriter('gzip');
  await writer.write('begun');
  await writer.abort();
  await expect(writer.write('more')).rejects.toThrow('there will be no file');
});
