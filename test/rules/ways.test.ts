import { testFixture } from '../support/fixtures.js';

testFixture('ways');
