/**
 * For tests: a gateway as a process of its own, `node gateway-process.ts FILE`; prints its address. It serves until
 * it is killed.
 */
import { placeOfFile } from '../../src/db/place.ts';
import { startGateway } from '../../src/gateway/start.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('usage: gateway-process.ts FILE');
const gateway = await startGateway({ place: placeOfFile(file), host: '127.0.0.1', port: 0 });
console.log(gateway.address);
