fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_update_profile_image::OPERATION)
}
