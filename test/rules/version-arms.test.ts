import { testFixture } from '../support/fixtures.js';

testFixture('version-arms');
