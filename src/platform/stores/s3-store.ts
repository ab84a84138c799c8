import { checkBase, storeUnavailable, type ObjectStore, type StoreLog } from './object-store.ts';

export type S3Settings = {
  bucket: string;
  region: string;
  /** An S3-compatible store other than Amazon's; it is addressed in path style. */
  endpoint?: string | undefined;
  /** Without keys the SDK looks for them itself: instance role, task role, profile. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  timeoutMs?: number;
};

type AskLog = StoreLog & { debug(facts: object, message: string): void };

/** Loads the SDK, which costs a tenth of a second that a desk without S3 need not pay. Asks the store nothing yet. */
export async function createS3Store(settings: S3Settings, log: AskLog): Promise<ObjectStore> {
  const { bucket, timeoutMs = 5_000 } = settings;
  const base = checkBase(baseUrl(settings), 'S3_ENDPOINT, S3_BUCKET');
  const keyOf = keyReader(settings, base);
  const { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } =
    await import('@aws-sdk/client-s3');
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const client = new S3Client({
    ...connection(settings),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: timeoutMs / 2,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  const asked = async <T>(operation: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const askedAt = performance.now();
    try {
      return await within(timeoutMs, work);
    } finally {
      const milliseconds = Math.round(performance.now() - askedAt);
      log.debug({ operation, milliseconds }, 'asked the picture store');
    }
  };

  return {
    async put(key, bytes, contentType) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: contentType,
      });
      await asked('put', (abortSignal) => client.send(command, { abortSignal }));
      return base + key;
    },
    async delete(url) {
      const key = keyOf(url);
      if (key === undefined) return log.warn({ url }, 'not deleted: the object is not in this bucket');
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
      await asked('delete', (abortSignal) => client.send(command, { abortSignal }));
    },
    async link(url, expiresInSeconds) {
      const key = keyOf(url);
      if (key === undefined) return undefined;
      const signingDate = new Date();
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      const options = { expiresIn: expiresInSeconds, signingDate };
      const signed = await asked('link', () => getSignedUrl(client, command, options));
      return { url: signed, expiresAt: new Date(signingDate.getTime() + expiresInSeconds * 1_000) };
    },
  };
}

// The certificate of a bucket's own host name does not cover a name with dots.
const isPathStyle = ({ bucket, endpoint }: S3Settings) => endpoint !== undefined || bucket.includes('.');

const connection = (settings: S3Settings) => ({
  region: settings.region,
  forcePathStyle: isPathStyle(settings),
  ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
  ...(settings.credentials && { credentials: settings.credentials }),
  // The SDK's newer checksums are unknown to many compatible stores.
  requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  responseChecksumValidation: 'WHEN_REQUIRED' as const,
});

function baseUrl(settings: S3Settings): string {
  const { bucket, endpoint, region } = settings;
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  if (!isPathStyle(settings)) return `https://${bucket}.${host}/`;
  return `${endpoint?.replace(/\/+$/, '') ?? `https://${host}`}/${bucket}/`;
}

/** Keys stand in URLs as they are, so what follows the bucket is the key, never decoded. */
function keyReader({ bucket }: S3Settings, base: string): (url: string) => string | undefined {
  const name = bucket.replaceAll('.', String.raw`\.`);
  const host = String.raw`s3(?:[.-][a-z0-9.-]+)?\.amazonaws\.com(?:\.cn)?`;
  const amazon = new RegExp(`^https?://(?:${name}\\.${host}|${host}/${name})/(.+)$`, 's');
  return (url) => (url.startsWith(base) ? url.slice(base.length) || undefined : amazon.exec(url)?.[1]);
}

/** The bound over all attempts, their pauses and the search for credentials, which hears no signal. */
async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = Promise.withResolvers<never>();
  const give = () => late.reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([work(signal), late.promise]);
  } catch (error) {
    throw storeUnavailable(error);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
