import "../tests/differential.ts"; // temporary
