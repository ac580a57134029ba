package io.jenkins.plugins.multiarch.engine.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The body of an answer, of which no more is ever held than was asked for. */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final int maxBytes;
    private final boolean cut;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.Subscription subscription;

    private BoundedBody(int maxBytes, boolean cut) {
        this.maxBytes = maxBytes;
        this.cut = cut;
    }

    /** A body that fails with {@link TooLarge} if there is more. */
    static BoundedBody upTo(int maxBytes) {
        return new BoundedBody(maxBytes, false);
    }

    /** A body that ends there, if there is more. */
    static BoundedBody cutAt(int maxBytes) {
        return new BoundedBody(maxBytes, true);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int room = maxBytes - content.size();
            byte[] bytes = new byte[Math.min(room, buffer.remaining())];
            buffer.get(bytes);
            content.writeBytes(bytes);
            if (buffer.hasRemaining()) {
                subscription.cancel();
                if (cut) {
                    onComplete();
                } else {
                    onError(new TooLarge(maxBytes));
                }
                return;
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(content.toByteArray());
    }
}
