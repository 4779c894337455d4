// Loaded into a command by a test: its pipes say of themselves that they are a terminal, with the colours that Node finds for one.
import { WriteStream } from "node:tty";

for (const stream of [process.stdout, process.stderr]) {
  stream.isTTY = true;
  stream.columns = 100;
  stream.getColorDepth = WriteStream.prototype.getColorDepth;
  stream.hasColors = WriteStream.prototype.hasColors;
}
process.stdin.isTTY = true;
