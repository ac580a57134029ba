package io.jenkins.plugins.multiarch.engine.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which of the members that several sources bring along go into the index: each once, and no two that clients mix up. */
final class DistinctMembers {

    private DistinctMembers() {}

    /**
     * The descriptors in order. One manifest for one platform is one entry, with what all sources say of it. An index that
     * is a source may have several images of one platform, because it was made so.
     *
     * @throws IllegalArgumentException if two sources have different images for one platform; the message names both
     */
    static List<Descriptor> of(List<Member> members) {
        List<Member> distinct = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        Map<String, Member> owners = new HashMap<>();
        for (Member member : members) {
            Descriptor descriptor = member.descriptor();
            boolean isImage = descriptor.platform().isPresent();
            String what = isImage
                    ? descriptor.distinction()
                    : descriptor.isAttestation() ? "attestation" : descriptor.toString();
            Integer place = places.putIfAbsent(what + " " + descriptor.digest(), distinct.size());
            if (place == null) {
                distinct.add(member);
            } else {
                Member known = distinct.get(place);
                distinct.set(
                        place, new Member(known.origin(), known.descriptor().completedBy(descriptor)));
            }
            Member owner = isImage ? owners.putIfAbsent(what, member) : null;
            if (owner != null && place == null && !owner.origin().equals(member.origin())) {
                throw new IllegalArgumentException("Both " + owner.origin() + " and " + member.origin() + " are for "
                        + descriptor.label() + ". Leave one out, or correct its platform.");
            }
        }
        return distinct.stream().map(Member::descriptor).toList();
    }
}
