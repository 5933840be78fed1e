/**
 * Which task fits which offer.
 *
 * <pre>{@code
 * public void resourceOffers(Framework framework, List<Offer> offers) {
 *     var pool = OfferPool.of(offers);
 *     while (!jobs.isEmpty()) {
 *         var place = pool.place(Shape.cpus(0.5).mem(64).ports(1));
 *         if (place.isEmpty()) {
 *             break;
 *         }
 *         place.get().launch(TaskBuilder.task(jobs.remove()).shell("./serve --port $PORT0").portsInEnvironment());
 *     }
 *     pool.answer(framework);
 * }
 * }</pre>
 *
 * <p>Amounts are counted in thousandths, as masters count them: sums of what was offered are exact.
 */
package io.baton.sdk.offer;
